import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {ask, close, data, differences, open, serve, site, toolJson, toolText} from './helpers.mjs';

after(close);
const folder = mkdtempSync(join(tmpdir(), 'moetric-explorer-'));
const field = (page, name) => page.locator(`[data-field="${name}"]`);
const figureOf = (page, name) => page.locator('.figure', {has: page.getByText(name, {exact: true})}).locator('dd').first();
const panel = (page, title) => page.locator('section.panel', {has: page.getByRole('heading', {name: title, exact: true})});
const grouped = (n) => String(n).replace(/n$/, '').replace(/\B(?=(\d{3})+$)/g, ',');
const clean = (page) => assert.deepEqual(page.errors, []);

// Measures for how long the page does not react.
const watch = (page) =>
  page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    setInterval(() => {
      window.longest = Math.max(window.longest, performance.now() - last);
      last = performance.now();
    }, 5);
  });
const blocked = (page) => page.evaluate(() => window.longest);

// The time from a slider's move to the answer on the page.
const move = (page, name, words, values) =>
  page.evaluate(async ([name, words, values]) => {
    const slider = document.querySelector(`[data-slider="${name}"]`);
    const times = [];
    for (const value of values) {
      const begun = performance.now();
      slider.value = String(value);
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      const wanted = `${words} ${document.querySelector(`[data-field="${name}"]`)?.value ?? value}`;
      while (![...document.querySelectorAll('#main .command code')].some((each) => each.textContent.includes(wanted))) await new Promise((done) => setTimeout(done));
      times.push(performance.now() - begun);
    }
    return `a slider of "${words}" takes ${times.sort((a, b) => a - b)[times.length >> 1].toFixed(0)} ms a move in the median`;
  }, [name, words, values]);
const steps = (from, by) => Array.from({length: 15}, (_, i) => from + by * i);

test('twenty models, ten plans and five layouts have the numbers of the tool', async () => {
  const page = await open();
  const models =
    'deepseek-v3 deepseek-v2 mixtral-8x7b qwen3-30b-a3b qwen3-235b-a22b gpt-oss-20b gpt-oss-120b gpt-2 gpt-3 kimi-k2 llama-3-8b llama-4-scout glm-4.5 minimax-m1 qwen3-next-80b-a3b olmoe-1b-7b dbrx grok-1 jamba-v0.1 gemma-3-27b';
  const known = new Set(toolJson('models').map((each) => each.name));
  const chosen = [...models.split(' ').filter((each) => known.has(each)), ...known].slice(0, 20);
  const plans = [...'1e17 1e18 3e19 1e20 1e21 1e22 3e23 1e25 1e27'.split(' ').map((each) => [each]), ['1e26', '--n-heads', '256']];
  const layouts = [
    ['deepseek-v3', '--device', 'h100-sxm', '--devices', '2048', '--pipeline-parallel', '16', '--expert-parallel', '64', '--tokens', '14.8e12'],
    ['mixtral-8x7b', '--device', 'a100-sxm-80gb', '--devices', '64', '--tensor-parallel', '2', '--expert-parallel', '8'],
    ['qwen3-30b-a3b', '--device', 'gb200', '--devices', '8', '--expert-parallel', '8', '--recompute', 'full'],
    ['llama-3-8b', '--device', 'h200-sxm', '--devices', '16', '--shard-states', 'weights'],
    ['gpt-oss-120b', '--device', 'b200-sxm', '--devices', '256', '--expert-parallel', '32', '--precision', 'fp8', '--recompute', 'selective'],
  ];
  const asked = [
    ...chosen.map((each) => ['account', each, '--context', '32768']),
    ...plans.map((each) => ['plan', '--compute', ...each]),
    ...layouts.map((each) => ['cluster', ...each]),
    ['conventions', 'deepseek-v3'],
    ['explain', 'mixtral-8x7b', 'qwen3-30b-a3b'],
    ['compare', '--compute', '1e22'],
    ['laws'],
    ['plan', '--device', 'h100-sxm', '--devices', '512', '--days', '30'],
  ];
  for (const words of asked) {
    const reply = await ask(page, ...words);
    assert.equal(reply.error, undefined, words.join(' '));
    assert.deepEqual(differences(reply.answer, toolJson(...words)).slice(0, 5), [], words.join(' '));
  }
  clean(page);
  await page.context().close();
});

test('the first view shows the model of the link, from disk and served', async () => {
  const {address, close: stop} = await serve();
  const own = toolJson('account', 'qwen3-30b-a3b', '--sequence-length', '8192');
  for (const how of [{}, {address}]) {
    const page = await open('model?m.model=qwen3-30b-a3b&m.sequence_length=8192', how);
    assert.equal(await figureOf(page, 'total parameters').textContent(), grouped(own.parameters.total));
    assert.equal(await figureOf(page, 'training FLOPs per token').textContent(), grouped(own.flops_per_token.training));
    clean(page);
    await page.context().close();
  }
  stop();
});

test('every view opens complete by the keyboard alone', async () => {
  const page = await open();
  for (const [view, text] of [['Plan', 'EXTRAPOLATED'], ['Laws', 'chinchilla-tex'], ['Search', 'Objective'], ['Fit', 'Drop a CSV'], ['Model', 'total parameters']]) {
    await page.evaluate(() => document.querySelector('.skip').focus());
    for (let i = 0; i < 12; ++i) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.textContent)) === view) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForFunction((wanted) => document.getElementById('main').textContent.includes(wanted), text);
    assert.equal(await page.locator('nav [aria-current]').textContent(), view);
  }
  // A slider moves by its arrows, and the link follows.
  const slider = page.locator('[data-slider="m.sequence_length"]');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => location.hash.includes('m.sequence_length=4224'));
  const own = toolJson('account', 'deepseek-v3', '--sequence-length', '4224');
  await page.waitForFunction((wanted) => document.body.textContent.includes(wanted), grouped(own.flops_per_token.training));
  // A search starts, and a point of its front opens, by keys.
  const to = async (what) => {
    for (let i = 0; i < 80; ++i) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(what)) return;
    }
    assert.fail(`no key reaches ${what}`);
  };
  await page.evaluate(() => document.querySelector('.skip').focus());
  await to(() => document.activeElement.textContent === 'Search');
  await page.keyboard.press('Enter');
  await to(() => document.activeElement.matches('#main .primary'));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('The front as a table'));
  await to(() => document.activeElement.textContent.startsWith('The front as a table'));
  await page.keyboard.press('Enter');
  await to(() => document.activeElement.textContent === 'Open');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#model') && location.hash.includes('d_model'));
  clean(page);
  await page.context().close();
});

test('the first view is quick', async () => {
  const times = [];
  for (let i = 0; i < 3; ++i) {
    const page = await open();
    times.push(await page.evaluate(() => performance.getEntriesByName('first-view')[0]?.startTime));
    await page.context().close();
  }
  console.log(`the first view is there after ${times.map((each) => each.toFixed(0)).join(', ')} ms`);
  assert.ok(statSync(site).size < 3e6);
  console.log(`the page has ${statSync(site).size} bytes`);
});

const views = ['model', 'plan', 'laws', 'search', 'fit'];
/** A page with every view filled, whose links are those of its views. */
async function filled(how = {}) {
  const page = await open('fit', {wait: '#main .primary', ...how});
  await page.locator('#main input[type="file"]').setInputFiles(`${data}/runs/porian-tuned.csv`);
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('alpha'));
  await field(page, 'f.predict').fill('total_parameters=1e9 tokens=2e10');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('95 %'));
  await show(page, 'search');
  await page.getByRole('button', {name: 'Search', exact: true}).click();
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('The Pareto front:'));
  for (const view of ['model', 'plan', 'laws']) await show(page, view);
  return page;
}
const complete = {
  model: () => document.querySelector('#main .verdict') !== null,
  plan: () => document.getElementById('main').textContent.includes('published runs, at'),
  laws: () => document.querySelector('.contours') !== null && document.getElementById('main').textContent.includes('Regret: the share'),
  search: () => document.getElementById('main').textContent.includes('The Pareto front:') || document.querySelector('#main .primary') !== null,
  fit: () => document.querySelector('#main .primary') !== null,
};
async function show(page, view) {
  await page.locator(`nav [data-view="${view}"]`).click();
  await page.waitForFunction(complete[view]);
}

test('texts have contrast in both themes, and controls and figures have names', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await filled({context: {colorScheme}});
    for (const view of views) {
      await show(page, view);
      await page.evaluate(() => document.querySelectorAll('#main details').forEach((each) => (each.open = true)));
      // WCAG's ratio of every text and the paper behind it, and 3 for lines of plots.
      const found = await page.evaluate(() => {
        const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
        const light = ([r, g, b]) => {
          const [x, y, z] = [r, g, b].map((each) => each / 255).map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
          return 0.2126 * x + 0.7152 * y + 0.0722 * z;
        };
        const behind = (element) => {
          for (let each = element; each !== null; each = each.parentElement) {
            const colour = numbers(getComputedStyle(each).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
          }
          return [255, 255, 255];
        };
        const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
        const low = [];
        let least = Infinity;
        let texts = 0;
        const see = (name, colour, element, limit) => {
          const of = ratio(numbers(colour), behind(element));
          ++texts;
          if (limit === 4.5) least = Math.min(least, of);
          if (of < limit) low.push([name.trim().slice(0, 40), of.toFixed(2)]);
        };
        for (const each of document.querySelectorAll('body *')) {
          if (each.closest('[hidden], :disabled, noscript, script, style') || each.getClientRects().length === 0) continue;
          const style = getComputedStyle(each);
          const own = [...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('');
          if (own.trim() !== '') see(own, each.namespaceURI.endsWith('svg') ? style.fill : style.color, each, 4.5);
          if (each.matches('input[type="text"], textarea, select')) {
            see(each.value, style.color, each, 4.5);
            see(`the border of ${each.id}`, style.borderTopColor, each.parentElement, 3);
            if (each.placeholder) see(each.placeholder, getComputedStyle(each, '::placeholder').color, each, 4.5);
          }
          if (each.matches('.contours polyline')) see('a line', style.stroke, each, 3);
        }
        const unnamed = [...document.querySelectorAll('input, select, textarea, button, a, [role="img"], [role="group"], progress')]
          .filter((each) => !(each.labels?.length || each.getAttribute('aria-label') || each.textContent.trim()))
          .map((each) => each.outerHTML);
        const probe = document.body.appendChild(document.createElement('span'));
        for (let i = 1; i <= 8; ++i) {
          probe.style.color = `var(--series-${i})`;
          see(`series ${i}`, getComputedStyle(probe).color, document.querySelector('.panel'), 3);
        }
        probe.remove();
        return {low, unnamed, texts, least, headings: document.querySelectorAll('h1').length};
      });
      assert.deepEqual([found.low, found.unnamed, found.headings], [[], [], 1], `${view}, ${colorScheme}`);
      console.log(`${view}, ${colorScheme}: ${found.texts} texts, lowest contrast ${found.least.toFixed(2)}`);
    }
    clean(page);
    await page.context().close();
  }
});

test('a link of each view has its numbers', async () => {
  const page = await filled();
  const text = (of) =>
    of.evaluate(() => [...document.querySelectorAll('#main .results td, #main .results dd, #main .results .block p, #main .results .bars li, #main svg text')]
      .map((each) => each.textContent).filter((each) => !/ seconds?$| s\.?$/.test(each)));
  for (const view of views) {
    await show(page, view);
    await page.waitForTimeout(300); // the last plot
    const address = await page.evaluate(() => location.hash.slice(1));
    const copy = await open(address, {wait: '#main .panel'});
    const own = await text(page);
    assert.ok(own.length > 20, view);
    await copy.waitForFunction((n) => document.querySelectorAll('#main .results td, #main .results dd, #main .results .block p, #main .results .bars li, #main svg text').length >= n, own.length);
    assert.deepEqual(await text(copy), own, view);
    clean(copy);
    await copy.context().close();
  }
  clean(page);
  await page.context().close();
});

test('nothing moves where less motion is asked for', async () => {
  const page = await open('search', {wait: '#main .primary', context: {reducedMotion: 'reduce'}});
  const moved = await page.evaluate(() => {
    document.querySelector('#main .primary').click();
    return [document.querySelector('progress').matches(':indeterminate'), document.getAnimations().length];
  });
  assert.deepEqual(moved, [false, 0]);
  await page.getByRole('button', {name: 'Cancel'}).click();
  await page.context().close();
});

test('dropped files open, and bad ones leave the state with a sentence', async () => {
  const page = await open();
  const input = page.locator('#main input[type="file"]').first();
  await input.setInputFiles(`${data}/configs/Qwen3-30B-A3B.json`);
  const own = toolJson('account', `${data}/configs/Qwen3-30B-A3B.json`);
  await page.waitForFunction((wanted) => document.querySelector('.figure dd').textContent === wanted, grouped(own.parameters.total));
  // Its link opens the same model elsewhere.
  await page.waitForFunction(() => location.hash.includes('file.Qwen3-30B-A3B.json='));
  const copy = await open(await page.evaluate(() => location.hash.slice(1)));
  await copy.waitForFunction((wanted) => document.querySelector('.figure dd')?.textContent === wanted, grouped(own.parameters.total));
  await copy.context().close();

  const config = readFileSync(`${data}/configs/Qwen3-30B-A3B.json`, 'utf8');
  const hostile = {
    'empty.json': '',
    'truncated.json': config.slice(0, config.length / 2),
    'array.json': '[1, 2, 3]',
    'deep.json': '['.repeat(100000),
    'unknown.json': '{"model_type": "no-such-model"}',
    'negative.json': config.replace(/"num_hidden_layers": \d+/, '"num_hidden_layers": -4'),
    'huge.json': config.replace(/"num_hidden_layers": \d+/, '"num_hidden_layers": 1e300'),
    'text.json': config.replace(/"num_hidden_layers": \d+/, '"num_hidden_layers": "many"'),
    'twice.json': '{"model_type": "qwen3_moe", "model_type": "llama"}',
    'large.json': `{"model_type": "qwen3_moe", "padding": "${'x'.repeat(5e6)}"}`,
    'binary.json': Buffer.from([0, 255, 254, 1, 2, 3, 0, 200]),
  };
  // A good one of 5 MB
  const padded = {...JSON.parse(config), padding: Array(95000).fill('x'.repeat(50))};
  writeFileSync(join(folder, 'padded.json'), JSON.stringify(padded));
  assert.ok(statSync(join(folder, 'padded.json')).size > 5e6);
  await field(page, 'm.model').fill('deepseek-v3');
  await page.waitForFunction((wanted) => document.querySelector('.figure dd').textContent !== wanted, grouped(own.parameters.total));
  await watch(page);
  await input.setInputFiles(join(folder, 'padded.json'));
  await page.waitForFunction((wanted) => document.querySelector('.figure dd').textContent === wanted, grouped(own.parameters.total));
  console.log(`a config.json of 5 MB: the page was blocked for at most ${(await blocked(page)).toFixed(0)} ms`);
  assert.ok((await blocked(page)) < 1000);

  for (const [name, content] of Object.entries(hostile)) {
    const before = await page.locator('.figure dd').first().textContent();
    writeFileSync(join(folder, name), content);
    await input.setInputFiles(join(folder, name));
    const complaint = page.locator('#main > div > [role="alert"]');
    await complaint.waitFor();
    assert.match(await complaint.textContent(), /must/, name);
    assert.equal(await page.locator('.figure dd').first().textContent(), before, name);
    await field(page, 'm.model').fill('deepseek-v3');
    await complaint.waitFor({state: 'hidden'});
  }
  clean(page);
  await page.context().close();
});

test('fields of a model are edited', async () => {
  const page = await open('model?m.model=mixtral-8x7b');
  await page.getByRole('button', {name: 'Edit its fields'}).click();
  await page.getByLabel('num_hidden_layers', {exact: true}).fill('16');
  const config = JSON.parse(toolText('export', 'mixtral-8x7b', '--format', 'hf'));
  config.num_hidden_layers = 16;
  writeFileSync(join(folder, 'edited.json'), JSON.stringify(config));
  const own = toolJson('account', join(folder, 'edited.json'));
  await page.waitForFunction((wanted) => document.querySelector('.figure dd').textContent === wanted, grouped(own.parameters.total));
  clean(page);
  await page.context().close();
});

test('a plan is saved as files that the tool reads', async () => {
  const page = await open('plan?p.compute=1e22');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('EXTRAPOLATED'));
  const saved = {};
  for (const [button, name] of [['Save config.json', 'config.json'], ['Save Megatron arguments', 'megatron.txt'], ['Save C++ header', 'planned.hpp'], ['Save plan.json', 'plan.json']]) {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', {name: button}).click();
    saved[name] = join(folder, name);
    await (await waiting).saveAs(saved[name]);
  }
  const own = toolJson('plan', '--compute', '1e22');
  assert.equal(toolJson('account', saved['config.json']).parameters.total, own.account.parameters.total);
  assert.equal(toolJson('account', saved['plan.json']).parameters.total, own.account.parameters.total);
  assert.equal(toolText('export', saved['plan.json'], '--format', 'megatron'), readFileSync(saved['megatron.txt'], 'utf8'));
  assert.match(readFileSync(saved['planned.hpp'], 'utf8'), /static_assert/);
  // From a slider's move to the new plan on the page, also while the path of the last one is drawn.
  await page.waitForFunction(complete.plan);
  console.log(await move(page, 'p.n_experts', '--n-experts', steps(64, 8)));
  console.log(await move(page, 'granularity', '--top-k', steps(1, 2)));
  const text = await page.locator('#main .command').first().textContent();
  const [, experts, taken] = /--n-experts (\d+) --top-k (\d+)/.exec(text).map(Number);
  assert.deepEqual([experts, taken], [29 * (176 / 8), 29]);
  await field(page, 'p.by').selectOption('calendar');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('in the median'));
  console.log(await move(page, 'p.devices', '--devices', steps(512, 64)));
  console.log(await move(page, 'p.days', '--days', steps(30, 5)));
  clean(page);
  await page.context().close();
});

test('laws are drawn and compared', async () => {
  const page = await open('laws?l.compute=1e22', {wait: '.contours'});
  const own = toolJson('compare', '--compute', '1e22');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('Regret: the share'));
  const text = await page.locator('#main').textContent();
  assert.ok(text.includes(own.least_worst.architecture));
  assert.equal(await page.locator('.uplot canvas').count(), 3);
  // The picture has the tool's contours.
  const lines = toolJson('loss', 'fine-grained', 'total_non_embedding_parameters=1e8..1e12', 'tokens=1e9..1e13', 'granularity=8').contours;
  assert.deepEqual(await page.locator('.contours .value').allTextContents(), lines.map((each) => String(each.loss)));
  console.log(await move(page, 'l.compute', 'compare --compute', steps(20, 0.2)));
  await page.getByLabel('besiroglu').check();
  await page.waitForFunction(() => location.hash.includes('besiroglu'));
  clean(page);
  await page.context().close();
});

test('a space is searched, cancelled, and its points open', async () => {
  const page = await open('search', {wait: '#main .primary'});
  await page.getByRole('button', {name: 'Search', exact: true}).click();
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('configurations enumerated'), null, {timeout: 60000});
  const space = JSON.parse(await field(page, 's.space').inputValue());
  writeFileSync(join(folder, 'space.json'), JSON.stringify(space));
  const own = toolJson('search', join(folder, 'space.json'), '--law', 'fine-grained', '--compute', '1e22', '--top', '20');
  const best = await ask(page, 'models'); // the engine of the other views still answers
  assert.ok(best.answer.length > 50);
  const rows = await panel(page, 'Best configurations').locator('tbody tr').count();
  assert.equal(rows, own.best.length);
  // The front is the tool's, and a point opens as a model: here the smallest.
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('The Pareto front:'));
  const front = toolJson('search', join(folder, 'space.json'), '--law', 'fine-grained', '--compute', '1e22', '--pareto', 'loss,total_non_embedding_parameters');
  assert.ok((await panel(page, 'Pareto front').textContent()).includes(`The Pareto front: ${grouped(front.on_front)} configurations`));
  await panel(page, 'Pareto front').locator('.u-over').hover({position: {x: 3, y: 20}});
  await panel(page, 'Pareto front').locator('.u-over').click({position: {x: 3, y: 20}});
  await page.waitForFunction(() => location.hash.startsWith('#model') && location.hash.includes('d_model'));
  const smallest = front.front.toSorted((a, b) => a.values.total_non_embedding_parameters - b.values.total_non_embedding_parameters)[0].architecture;
  assert.ok(decodeURIComponent(await page.evaluate(() => location.hash)).includes(`d_model=${smallest.d_model},`));
  await page.waitForSelector('.figure');
  // 1e9 configurations
  await show(page, 'search');
  space.axes[0].step = 32;
  await field(page, 's.space').fill(JSON.stringify(space));
  await page.getByRole('button', {name: 'Search', exact: true}).click();
  await page.waitForFunction(() => /Searched in/.test(document.querySelector('.side [aria-live]').textContent));
  const large = await panel(page, 'Answer').textContent();
  assert.match(large, /1,0\d\d,\d{3},\d{3} configurations enumerated/);
  console.log(`1e9 configurations: ${await page.locator('.side [aria-live]').textContent()}`);
  await page.waitForFunction(() => !document.querySelector('#main .primary').disabled);
  await panel(page, 'Best configurations').getByRole('button', {name: 'Open'}).first().click();
  await page.waitForFunction(() => location.hash.startsWith('#model') && location.hash.includes('d_model'));
  await page.waitForSelector('.figure');
  // Devices and days instead of a budget: a found run opens with its layout.
  await page.evaluate(() => (location.hash = 'search?s.by=calendar&s.top=3'));
  await page.getByRole('button', {name: 'Search', exact: true}).click();
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('recompute'), null, {timeout: 60000});
  await panel(page, 'Best configurations').getByRole('button', {name: 'Open'}).first().click();
  await page.waitForFunction(() => document.querySelector('#main .verdict')?.textContent.startsWith('It fits'));
  // Bad spaces
  await page.evaluate(() => (location.hash = 'search'));
  for (const bad of ['', '{', '{"axes": []}', '[]']) {
    await page.waitForSelector('#main .primary');
    await field(page, 's.space').fill(bad);
    await page.getByRole('button', {name: 'Search', exact: true}).click();
    await page.locator('#main > div > [role="alert"]').waitFor();
    assert.match(await page.locator('#main > div > [role="alert"]').textContent(), /must/);
  }
  clean(page);
  await page.context().close();
});

test('runs are fitted and predict, and bad tables are refused', async () => {
  const page = await open('fit', {wait: '#main .primary'});
  const input = page.locator('#main input[type="file"]');
  await input.setInputFiles(`${data}/runs/porian-tuned.csv`);
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('alpha'), null, {timeout: 60000});
  const own = toolJson('fit', 'chinchilla', `${data}/runs/porian-tuned.csv`);
  const alpha = await panel(page, 'Coefficients').locator('tr', {hasText: 'alpha'}).first().locator('td').nth(1).textContent();
  assert.ok(Math.abs(Number(alpha) / own.coefficients.alpha.value - 1) < 1e-4, alpha);
  await field(page, 'f.predict').fill('total_parameters=1e9 tokens=2e10');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('95 %'));
  const complaint = page.locator('#main > div > [role="alert"]');
  const rows = (n, loss) => ['total_parameters,tokens,loss', ...Array.from({length: n}, (_, i) => {
    const [size, tokens] = [1e8 * 1.01 ** (i % 400), 1e9 * 1.01 ** (i % 613)];
    return `${size.toPrecision(6)},${tokens.toPrecision(6)},${loss(i, size, tokens)}`;
  })].join('\n');
  for (const [name, content] of Object.entries({'empty.csv': '', 'words.csv': 'hello\nworld\n', 'columns.csv': 'a,b\n1,2\n', 'million-words.csv': rows(1e6, () => 'x'),
    'negative.csv': 'total_parameters,tokens,loss\n1e9,2e10,-3\n', 'ragged.csv': 'total_parameters,tokens,loss\n1e9,2e10\n1e9,2e10,3,4\n',
    'nan.csv': 'total_parameters,tokens,loss\n1e9,nan,3\n', 'few.csv': 'total_parameters,tokens,loss\n1e9,2e10,3\n',
    'quotes.csv': 'total_parameters,tokens,"loss\n1,2,3\n'.repeat(3), 'binary.csv': Buffer.from([0, 255, 254, 10, 0, 200, 44, 10]), 'wide.csv': 'a,'.repeat(1e6)})) {
    writeFileSync(join(folder, name), content);
    await page.evaluate(() => (document.querySelector('#main > div > [role="alert"]').hidden = true));
    await input.setInputFiles(join(folder, name));
    await complaint.waitFor({timeout: 60000});
    assert.match(await complaint.textContent(), /must/, name);
    assert.ok((await panel(page, 'Coefficients').textContent()).includes('alpha'), name);
  }
  // 1e6 good rows: refused with a bound and what to do, within which they are fitted; a fit is cancelled.
  writeFileSync(join(folder, 'million.csv'), rows(1e6, (i, n, d) => (1.69 + 406.4 / n ** 0.34 + 410.7 / d ** 0.28) * (1 + 0.002 * Math.sin(i))));
  await page.evaluate(() => (document.querySelector('#main > div > [role="alert"]').hidden = true));
  await watch(page);
  await input.setInputFiles(join(folder, 'million.csv'));
  await complaint.waitFor();
  assert.match(await complaint.textContent(), /must have at most 50,000 rows .* but million.csv has 1,000,000: fit one row of 20,/);
  await field(page, 'f.every').fill('20');
  await page.getByRole('button', {name: 'Fit', exact: true}).click();
  await page.getByRole('button', {name: 'Cancel'}).click();
  assert.match(await page.locator('.side [aria-live]').textContent(), /Cancelled/);
  await field(page, 'f.every').fill('2000');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('fitted to 500 runs'));
  assert.ok((await page.locator('#main .command').first().textContent()).includes('one-row-of-2000-million.csv'));
  console.log(`1e6 rows: the page was blocked for at most ${(await blocked(page)).toFixed(0)} ms`);
  assert.ok((await blocked(page)) < 1000);
  clean(page);
  await page.context().close();
});
