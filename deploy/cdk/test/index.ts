// Runs every test in this one process, so that the tests share what allMade synthesises.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.test.js'))) {
  require(join(__dirname, name));
}
