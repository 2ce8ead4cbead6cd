<?php
// php sign.php KEYS '/photo.jpg?width=500&height=300' 1893456000

// sign returns $url, which must be canonical, with its expiry and signature.
function sign(string $key, string $url, string $expires): string
{
    $message = "$url&expires=$expires";
    $digest = base64_encode(hash_hmac('sha256', $message, $key, true));
    return "$message&signature=" . rtrim(strtr($digest, '+/', '-_'), '=');
}

echo sign(preg_split('/\s+/', trim(file_get_contents($argv[1])))[0], $argv[2], $argv[3]), "\n";
