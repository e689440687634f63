/**
 * The pictures of the README: starts the demo fleet in a folder and a PM2 home of its own, lets it trade for a while,
 * photographs the overview and a bot's page, and ends what it started. `npm run build` first; takes about a minute.
 *
 * npm run screenshots [-- --seconds 40]
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    out: { type: 'string', default: join(root, 'docs') },
  },
});

/** The tests' browser helper is TypeScript; Node 20 runs it bundled. */
async function loadLauncher() {
  const outfile = join(root, 'node_modules/.cache/flotilla/browser.mjs');
  const entry = join(root, 'test/browser.ts');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return import(pathToFileURL(outfile).href);
}

/** The demo's first line of JSON tells where it listens. */
function startDemo(folder, pm2Home) {
  const command = [join(root, 'dist/flotilla.js'), 'up', '--demo', '--json', '--port', '0', '--data', folder];
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, PM2_HOME: pm2Home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`the demo ended with exit code ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const said = JSON.parse(line);
      if (said.url) resolve(said);
      else reject(new Error(`the demo did not start: ${line}`));
    });
  });
  return { child, ready, ended };
}

/** A bot worth a picture: one in a position if there is one, else the one with the most trades. */
async function pickBot(url, token) {
  const headers = { authorization: `Bearer ${token}` };
  const { bots } = await (await fetch(`${url}/api/overview`, { headers })).json();
  const worth = (bot) => (Number(bot.position.quantity) > 0 ? 1_000_000 : 0) + (bot.tradeCount ?? 0);
  const [best] = [...bots].sort((a, b) => worth(b) - worth(a));
  if (!best) throw new Error('the demo has no bots');
  return best.id;
}

async function shoot(browser, login, address, file, colorScheme, height) {
  const page = await browser.newPage({ locale: 'en-US', colorScheme, viewport: { width: 1440, height } });
  await page.goto(login);
  // The link goes on to the overview by itself.
  await page.waitForURL((at) => at.pathname === '/');
  await page.goto(address);
  // A bot that holds something shows more; it may sell between its choice and its picture, and buys again.
  if (address.includes('/bots/'))
    await page
      .locator('#bot-header .state', { hasText: 'holding' })
      .waitFor({ timeout: 60_000 })
      .catch(() => console.log('it holds nothing: so does its picture'));
  // Time for the chart, and for the tint of a number that has just changed.
  await pause(2_500);
  const width = await page.evaluate('document.querySelector("h1, .brand").getBoundingClientRect().width');
  if (width === 0) throw new Error('the browser found no font: text has no width');
  await page.screenshot({ path: join(values.out, file) });
  await page.close();
  console.log(`${join(values.out, file)}`);
}

/** The daemon of the private PM2 home, which nobody else uses, ends by its process id. */
async function endDaemon(pm2Home) {
  const pid = Number(await readFile(join(pm2Home, 'pm2.pid'), 'utf8').catch(() => ''));
  if (pid > 1) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      return;
    }
    await pause(3_000);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'fl-shots-'));
const pm2Home = join(folder, 'pm2');
const demo = startDemo(join(folder, 'data'), pm2Home);
const { launchBrowser } = await loadLauncher();
let launched;
try {
  const { url, token, login } = await demo.ready;
  console.log(`the demo runs at ${url}; it trades for ${values.seconds} s`);
  await mkdir(values.out, { recursive: true });
  await pause(Number(values.seconds) * 1_000);
  launched = await launchBrowser();
  const bot = await pickBot(url, token);
  await shoot(launched.browser, login, url, 'overview.png', 'light', 640);
  await shoot(launched.browser, login, `${url}/bots/${bot}`, 'bot.png', 'light', 1240);
  await shoot(launched.browser, login, `${url}/bots/${bot}`, 'bot-dark.png', 'dark', 1240);
} finally {
  await launched?.close();
  demo.child.kill('SIGINT');
  await Promise.race([demo.ended, pause(20_000)]);
  demo.child.kill('SIGKILL');
  await endDaemon(pm2Home);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
