/**
 * What tests are loaded by (package.json, `tap`): a test file becomes one text with all of ours that it imports, made by
 * esbuild in a tenth of a second. Read one by one through the loader that tap brings, the modules of a server's test cost
 * three times what the test does.
 */
import { register } from 'node:module';

register('./test-loader-hooks.mjs', import.meta.url);
