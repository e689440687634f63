/**
 * Compiles TypeScript for the tests (named in tsconfig.json under `ts-node`, which tap's TypeScript plugin reads). Without
 * it every test file compiles all that it imports anew, three quarters of what the suite costs; with it each text is
 * compiled once, and kept (until packages are installed anew) under a name that changes with the text, the compiler and its
 * options.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { version } = require('typescript/package.json');

const folder = join(__dirname, '..', 'node_modules', '.cache', 'flotilla', 'transpiled');

/** TypeScript's numbers for these, which are asked for without loading it. */
const [ES_NEXT, BUNDLER] = [99, 100];

exports.create = ({ service }) => {
  // Everything here is an ES module; alone, the compiler cannot know that of a single text.
  const compilerOptions = {
    ...service.config.options,
    module: ES_NEXT,
    moduleResolution: BUNDLER,
    noEmit: false,
  };
  const key = JSON.stringify([version, compilerOptions]);
  mkdirSync(folder, { recursive: true });
  return {
    transpile(text, { fileName }) {
      const hash = createHash('sha256').update(key).update(fileName).update(text).digest('hex');
      const kept = join(folder, `${hash}.json`);
      const known = read(kept);
      if (known !== null) return known;
      const { outputText, sourceMapText } = require('typescript').transpileModule(text, {
        fileName,
        compilerOptions,
      });
      write(kept, { outputText, sourceMapText });
      return { outputText, sourceMapText };
    },
  };
};

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Tests run side by side: a reader sees the whole of it or nothing. */
function write(file, result) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(result));
  renameSync(temporary, file);
}
