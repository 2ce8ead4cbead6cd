// node sign.mjs KEYS '/photo.jpg?width=500&height=300' 1893456000
import {createHmac} from 'node:crypto';
import {readFileSync} from 'node:fs';

// sign returns url, which must be canonical, with its expiry and signature.
function sign(key, url, expires) {
    const message = `${url}&expires=${expires}`;
    return `${message}&signature=${createHmac('sha256', key).update(message).digest('base64url')}`;
}

const [keys, url, expires] = process.argv.slice(2);
console.log(sign(readFileSync(keys, 'utf8').trim().split(/\s+/)[0], url, expires));
