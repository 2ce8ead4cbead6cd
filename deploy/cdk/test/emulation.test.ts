import { deepStrictEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support';
import { allMade } from './templates';

test('an emulation of AWS makes every stack', () => {
  const { sites, purges } = allMade();
  const files = [...sites, ...purges].map(({ template }) => template);
  const stacks: Record<string, string>[] = run('emulated', files);
  deepStrictEqual(stacks.length, files.length);
  stacks.forEach((outputs, i) => {
    ok(Object.keys(outputs).length > 0, files[i]);
    deepStrictEqual(Object.entries(outputs).filter(([, value]) => value === '' || value.includes('Fn::')), [], files[i]);
  });
});
