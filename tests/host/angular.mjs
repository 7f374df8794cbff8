// Builds the Angular page of the portal as an application would be: compiled with strict templates, its libraries linked, in
// one script. To be started with the folder of the modules; the script goes to the standard output. With other files after that,
// nothing but their types is looked at: what is wrong with them goes to the standard error, a line each.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [modules, ...others] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(modules, 'any.js'));
const load = (name) => import(pathToFileURL(require.resolve(name)));

const folder = mkdtempSync(join(tmpdir(), 'lanyard-angular-'));
try {
  mkdirSync(join(folder, 'node_modules/@lanyard'), { recursive: true });
  // Not as a link: what it imports is looked for beside it.
  cpSync(join(here, '../../app/widget'), join(folder, 'node_modules/@lanyard/widget'), { recursive: true });
  for (const name of ['@angular', 'rxjs', 'tslib']) symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  const pages = others.length ? others : [join(here, 'pages/angular.ts')];
  pages.forEach((page, at) => cpSync(page, join(folder, `page${at}.ts`)));

  const { performCompilation, readConfiguration } = await load('@angular/compiler-cli');
  const options = { strict: true, skipLibCheck: true, module: 'es2022', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'] };
  const settings = { compilerOptions: { ...options, rootDir: '.', outDir: 'out' }, angularCompilerOptions: { strictTemplates: true } };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, files: pages.map((_, at) => `page${at}.ts`) }));
  const { diagnostics } = performCompilation(readConfiguration(join(folder, 'tsconfig.json')));
  for (const { file, start, messageText } of diagnostics) {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const text = typeof messageText === 'string' ? messageText : messageText.messageText;
    console.error(`${file?.fileName.split('/').at(-1)}:${line}: ${text.split('\n')[0]}`);
  }
  process.exitCode = diagnostics.length ? 1 : 0;
  if (!diagnostics.length && !others.length) process.stdout.write(await linked(join(folder, 'out/page0.js')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The whole script, with what libraries leave to the application's compiler filled in. */
async function linked(entry) {
  const [{ default: linker }, babel, esbuild] = await Promise.all(
    ['@angular/compiler-cli/linker/babel', '@babel/core', 'esbuild'].map(load),
  );
  const link = {
    name: 'link',
    setup(build) {
      build.onLoad({ filter: /\.m?js$/ }, async ({ path }) => {
        const code = readFileSync(path, 'utf8');
        if (!code.includes('ɵɵngDeclare')) return { contents: code };
        const { code: filled } = await babel.transformAsync(code, { filename: path, plugins: [linker], compact: false, configFile: false, babelrc: false });
        return { contents: filled };
      });
    },
  };
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    target: 'es2022',
    define: { ngDevMode: 'false', ngJitMode: 'false' },
    plugins: [link],
  });
  return outputFiles[0].text;
}
