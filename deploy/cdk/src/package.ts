import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from './config';

/** The processor that a regional function's package is for. */
export type Architecture = 'arm64' | 'x86_64';

/** A zip for Lambda. */
export class Package {
  private constructor(
    private readonly zip: () => string,
    /** The config in an edge function's package, if known. */
    readonly config?: Config,
    /** The processor that a regional function's package is for. */
    readonly architecture: Architecture = 'arm64',
  ) {}

  /**
   * Takes the edge function's zip from a file, as `go run ./deploy package` has written it.
   *
   * @param config the config file that the zip was built with, if another than the default
   */
  static fromZip(zip: string, config?: string): Package {
    return new Package(() => existing(zip), config === undefined ? undefined : readConfig(config));
  }

  /**
   * Builds the edge function from a checkout of edgeresize when the app is synthesised.
   * That needs Go.
   *
   * @param config the config file to bake in, instead of the checkout's edge/config.json
   */
  static fromCheckout(checkout: string, config?: string): Package {
    const file = resolve(config ?? join(checkout, 'edge', 'config.json'));
    return new Package(() => built(checkout, ['-config', file]), readConfig(file));
  }

  /** Takes a regional function's zip from a file, as `go run ./deploy package -function` has written it. */
  static regionalFromZip(zip: string, architecture: Architecture = 'arm64'): Package {
    return new Package(() => existing(zip), undefined, architecture);
  }

  /** Builds a regional function from a checkout of edgeresize when the app is synthesised. */
  static regionalFromCheckout(checkout: string, name: 'purge' | 'invoker', architecture: Architecture = 'arm64'): Package {
    return new Package(() => built(checkout, ['-function', name, '-arch', architecture]), undefined, architecture);
  }

  /** Returns the zip's path, and builds it first if it comes from a checkout. */
  path(): string {
    return this.zip();
  }
}

/** Returns the path of a zip that exists. */
function existing(zip: string): string {
  if (!existsSync(zip)) {
    throw new Error(`there is no package ${resolve(zip)}: run "go run ./deploy package" in a checkout of edgeresize`);
  }
  return zip;
}

/** The zips that this process has built, by checkout and flags. */
const zips = new Map<string, string>();

/** Builds a package with flags of `go run ./deploy package` and returns the zip's path. */
function built(checkout: string, flags: readonly string[]): string {
  const key = JSON.stringify([resolve(checkout), ...flags]);
  const before = zips.get(key);
  if (before !== undefined) {
    return before;
  }
  const zip = join(mkdtempSync(join(tmpdir(), 'edgeresize-')), 'package.zip');
  try {
    execFileSync('go', ['run', './deploy', 'package', ...flags, '-out', zip], { cwd: checkout, stdio: 'pipe' });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    throw new Error(code === 'ENOENT'
      ? `cannot build the package in ${resolve(checkout)}: want a checkout of edgeresize, and Go; or give a zip by Package.fromZip`
      : `cannot build the package in ${resolve(checkout)}: ${String(stderr ?? error).trim()}`);
  }
  zips.set(key, zip);
  return zip;
}
