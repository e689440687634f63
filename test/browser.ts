/** A headless Chromium for tests and screenshots: the system's, or the one that comes with the dependencies. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright, type Browser, type Locator } from 'playwright-core';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface LaunchedBrowser {
  readonly browser: Browser;
  /** Closes it and removes what it unpacked. */
  close(): Promise<void>;
}

/**
 * Launches it. `FLOTILLA_BUNDLED_BROWSER=1` takes the bundled one even where the system has its own. Open pages with
 * `browser.newPage({ locale: 'en-US' })`: without a locale, formats of numbers and dates fail in the bundled one.
 */
export async function launchBrowser(): Promise<LaunchedBrowser> {
  const system =
    process.env['FLOTILLA_BUNDLED_BROWSER'] === '1' ? undefined : SYSTEM.find((path) => existsSync(path));
  if (system !== undefined) {
    const browser = await playwright.launch({ executablePath: system, args: ['--no-sandbox'] });
    return { browser, close: () => browser.close() };
  }
  return launchBundled();
}

/** Goes where this leads, until the page there is whole and its scripts listen: on the page before nothing is done by mistake. */
export async function follow(link: Locator): Promise<void> {
  const there = link.page().waitForEvent('load');
  await link.click();
  await there;
}

async function launchBundled(): Promise<LaunchedBrowser> {
  // It unpacks into TMPDIR under fixed names and trusts what it finds there: so a folder of its own.
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-browser-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  // Makes it unpack its own libraries too, which a bare machine lacks.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs20.x';
  try {
    const { default: bundled } = await import('@sparticuz/chromium');
    const executablePath = await bundled.executablePath();
    await writeFonts(folder);
    const env = { ...(process.env as Record<string, string>), TMPDIR: folder, HOME: folder };
    const browser = await playwright.launch({ executablePath, args: ['--no-sandbox'], env });
    return {
      browser,
      close: async () => {
        await browser.close();
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** Its own font settings name folders that do not exist here: all text would have no width. */
async function writeFonts(folder: string): Promise<void> {
  const fonts = join(folder, 'fonts');
  await mkdir(fonts, { recursive: true });
  const config = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fonts}</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`;
  await writeFile(join(fonts, 'fonts.conf'), config);
}
