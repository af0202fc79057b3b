import {execFileSync} from 'node:child_process';
import {createServer} from 'node:http';
import {readFileSync} from 'node:fs';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const site = process.env.MOETRIC_EXPLORER_SITE ?? `${root}/build/explorer/site/index.html`;
const tool = process.env.MOETRIC_TOOL ?? `${root}/build/test/examples/moetric/moetric`;
export const data = `${root}/tests/data`;

/** What the tool itself answers. */
export function toolText(...words) {
  return execFileSync(tool, words, {encoding: 'utf8', maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'pipe']});
}
/** The same as JSON. Whole numbers of 17 digits and more are texts, "123n". */
export const toolJson = (...words) =>
  JSON.parse(toolText(...words, '--json').replace(/^(\s*(?:"[^"]*": )?)(-?\d{17,})(,?)$/gm, '$1"$2n"$3'));

let browser;
export async function launch() {
  browser ??= await chromium.launch({
    executablePath: process.env.MOETRIC_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return browser;
}
export const close = () => browser?.close();

/** The page from disk, as it is when its first view is complete. Errors of its console are failures. */
export async function open(hash = '', how = {}) {
  const context = await (await launch()).newContext({viewport: {width: 1280, height: 900}, acceptDownloads: true, ...how.context});
  const page = await context.newPage();
  page.setDefaultTimeout(60000); // CI machines are busy
  page.errors = [];
  page.on('console', (message) => message.type() === 'error' && page.errors.push(message.text()));
  page.on('pageerror', (error) => page.errors.push(String(error)));
  await page.goto((how.address ?? pathToFileURL(site).href) + (hash === '' ? '' : '#' + hash));
  await page.waitForSelector(how.wait ?? '.answer .figure, .answer, .results .note');
  return page;
}
/** Answers of the page's engine, with whole numbers above 2^53 as their digits. */
export const ask = (page, ...words) =>
  page.evaluate(async (all) => {
    const [reply] = await window.moetric.ask([all]);
    return JSON.parse(JSON.stringify(reply, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)));
  }, words);

/** Serves the page over HTTP. */
export async function serve() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(readFileSync(site)));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close()};
}

/** Values are equal: whole numbers and texts exactly, others to 1e-9 of their size, since C libraries differ. */
export function differences(page, own, path = '') {
  if (typeof page === 'number' && typeof own === 'number') {
    const same = page === own || (!Number.isSafeInteger(own) && Math.abs(page - own) <= 1e-9 * Math.abs(own)) || (Number.isNaN(page) && Number.isNaN(own));
    return same ? [] : [`${path}: ${page} instead of ${own}`];
  }
  if (typeof page !== typeof own || page === null || own === null || typeof page !== 'object')
    return page === own ? [] : [`${path}: ${JSON.stringify(page)} instead of ${JSON.stringify(own)}`];
  return [...new Set([...Object.keys(page), ...Object.keys(own)])].flatMap((key) => differences(page[key], own[key], `${path}/${key}`));
}
