// Pictures of every view in both themes and two widths. usage: node tests/screenshots.mjs FOLDER [VIEW...]
import {mkdirSync} from 'node:fs';
import {close, data, open} from './helpers.mjs';

const [folder = 'screenshots', ...only] = process.argv.slice(2);
mkdirSync(folder, {recursive: true});
const ready = {
  model: () => document.querySelector('#main .verdict'),
  plan: () => document.querySelector('#main .uplot'),
  laws: () => document.querySelectorAll('#main .uplot').length === 3 && document.querySelector('.contours'),
  search: () => document.getElementById('main').textContent.includes('The Pareto front:'),
  fit: () => document.getElementById('main').textContent.includes('alpha'),
};
for (const theme of ['light', 'dark'])
  for (const width of [1280, 390]) {
    for (const view of Object.keys(ready)) {
      if (only.length !== 0 && !only.includes(view)) continue;
      const page = await open(view, {wait: '#main .panel', context: {colorScheme: theme, viewport: {width, height: 900}}});
      if (view === 'search') await page.getByRole('button', {name: 'Search', exact: true}).click();
      if (view === 'fit') await page.locator('#main input[type="file"]').setInputFiles(`${data}/runs/porian-tuned.csv`);
      await page.waitForFunction(ready[view], null, {timeout: 60000});
      await page.waitForTimeout(300);
      await page.screenshot({path: `${folder}/${view}-${theme}-${width}.png`, fullPage: true});
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.log(`${view} ${theme} ${width}: ${wide} px too wide`);
      for (const each of page.errors) console.log(`${view}: ${each}`);
      await page.context().close();
    }
  }
await close();
