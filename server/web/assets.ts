import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Assets {
  /** Folder of `/public/`. */
  readonly publicFolder: string;
  /** Files of `/vendor/` by address. */
  readonly vendor: ReadonlyMap<string, string>;
}

/**
 * Where the pages' files are: beside the bundle (`dist/public`) when built, in `views/public` and the packages when
 * run from the sources. Packages whose file is missing are left out.
 */
export function findAssets(vendor: Readonly<Record<string, string>>): Assets {
  const here = dirname(fileURLToPath(import.meta.url));
  const built = [join(here, 'public'), join(here, '..', 'public')].find((folder) =>
    existsSync(join(folder, 'base.css')),
  );
  const publicFolder = built ?? join(here, '..', '..', 'views', 'public');
  const files = Object.entries(vendor).flatMap(([address, file]) => {
    const found = [join(publicFolder, address), ...packageFolders().map((folder) => join(folder, file))].find(
      existsSync,
    );
    return found === undefined ? [] : [[address, found] as const];
  });
  return { publicFolder, vendor: new Map(files) };
}

/** Every `node_modules` from here upwards. */
function packageFolders(): string[] {
  return createRequire(import.meta.url).resolve.paths('x') ?? [];
}
