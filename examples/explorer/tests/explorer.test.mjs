import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {ask, close, data, differences, open, serve, toolJson, toolText} from './helpers.mjs';

after(close);
const folder = mkdtempSync(join(tmpdir(), 'moetric-explorer-'));
const field = (page, name) => page.locator(`[data-field="${name}"]`);
const figureOf = (page, name) => page.locator('.figure', {has: page.getByText(name, {exact: true})}).locator('dd').first();
const panel = (page, title) => page.locator('section.panel', {has: page.getByRole('heading', {name: title, exact: true})});
const grouped = (n) => String(n).replace(/n$/, '').replace(/\B(?=(\d{3})+$)/g, ',');
const clean = (page) => assert.deepEqual(page.errors, []);

test('twenty models, ten plans and five layouts have the numbers of the tool', async () => {
  const page = await open();
  const models =
    'deepseek-v3 deepseek-v2 mixtral-8x7b qwen3-30b-a3b qwen3-235b-a22b gpt-oss-20b gpt-oss-120b gpt-2 gpt-3 kimi-k2 llama-3-8b llama-4-scout glm-4.5 minimax-m1 qwen3-next-80b-a3b olmoe-1b-7b dbrx grok-1 jamba-v0.1 gemma-3-27b';
  const known = new Set(toolJson('models').map((each) => each.name));
  const chosen = [...models.split(' ').filter((each) => known.has(each)), ...known].slice(0, 20);
  const plans = [...'1e17 1e18 3e19 1e20 1e21 1e22 3e23 1e24 1e25'.split(' ').map((each) => [each]), ['1e27', '--n-heads', '256']];
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
  clean(page);
  await page.context().close();
});

test('texts have contrast in both themes, and the first view is quick', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await open('', {context: {colorScheme}});
    const ratios = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const light = (name) => {
        const parts = style.getPropertyValue(name).trim().slice(1).match(/../g).map((each) => parseInt(each, 16) / 255);
        const [r, g, b] = parts.map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const pairs = ['ink paper', 'ink panel', 'soft panel', 'soft paper', 'accent panel', 'on-accent accent', 'caution caution-paper', 'bad panel', 'good panel',
        ...[1, 2, 3, 4, 5, 6, 7, 8].map((each) => `series-${each} panel`)];
      return pairs.map((pair) => {
        const [a, b] = pair.split(' ').map((each) => light(`--${each}`)).sort((x, y) => y - x);
        return [pair, (a + 0.05) / (b + 0.05)];
      });
    });
    assert.deepEqual(ratios.filter(([pair, ratio]) => ratio < (pair.startsWith('series') ? 3 : 4.5)), []);
    const milliseconds = await page.evaluate(() => performance.getEntriesByName('first-view')[0]?.startTime);
    console.log(`the first view is there after ${milliseconds.toFixed(0)} ms`);
    await page.context().close();
  }
});

test('controls have names', async () => {
  const page = await open();
  for (const view of ['model', 'plan', 'laws', 'search', 'fit']) {
    await page.evaluate((to) => (location.hash = to), view);
    await page.waitForFunction((to) => document.querySelector(`nav [data-view="${to}"][aria-current]`), view);
    const unnamed = await page.evaluate(() =>
      [...document.querySelectorAll('input, select, textarea, button, a')].filter(
        (each) => !(each.labels?.length || each.getAttribute('aria-label') || each.textContent.trim())).map((each) => each.outerHTML));
    assert.deepEqual(unnamed, []);
  }
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
  // A slider changes the plan within 50 ms, and devices with days plan too.
  const moved = await page.evaluate(async () => {
    const slider = document.querySelector('[data-slider="p.n_experts"]');
    const times = [];
    for (let i = 0; i < 5; ++i) {
      const begun = performance.now();
      const done = new Promise((end) => new MutationObserver((_, of) => (of.disconnect(), end())).observe(document.querySelector('.results'), {childList: true, subtree: true}));
      slider.value = String(64 + 8 * i);
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      await done;
      times.push(performance.now() - begun);
    }
    return Math.min(...times);
  });
  console.log(`a slider move takes ${moved.toFixed(0)} ms`);
  await field(page, 'p.by').selectOption('calendar');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('in the median'));
  clean(page);
  await page.context().close();
});

test('laws are drawn and compared', async () => {
  const page = await open('laws?l.compute=1e22', {wait: '.heatmap'});
  const own = toolJson('compare', '--compute', '1e22');
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('Regret: the share'));
  const text = await page.locator('#main').textContent();
  assert.ok(text.includes(own.least_worst.architecture));
  assert.equal(await page.locator('.uplot canvas').count(), 3);
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
  // 1e9 configurations
  space.axes[0].step = 32;
  await field(page, 's.space').fill(JSON.stringify(space));
  await page.getByRole('button', {name: 'Search', exact: true}).click();
  await page.waitForFunction(() => /1,0\d\d,\d{3},\d{3} configurations|Searched in/.test(document.getElementById('main').textContent), null, {timeout: 60000});
  console.log(await page.locator('.side [aria-live]').textContent());
  await page.getByRole('button', {name: 'Open'}).first().click();
  await page.waitForFunction(() => location.hash.startsWith('#model') && location.hash.includes('d_model'));
  await page.waitForSelector('.figure');
  // Devices and days instead of a budget: a found run opens with its layout.
  await page.evaluate(() => (location.hash = 'search?s.by=calendar&s.top=3'));
  await page.getByRole('button', {name: 'Search', exact: true}).click();
  await page.waitForFunction(() => document.getElementById('main').textContent.includes('recompute'), null, {timeout: 60000});
  await page.getByRole('button', {name: 'Open'}).first().click();
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
  // 1e6 rows
  const rows = ['total_parameters,tokens,loss'];
  for (let i = 0; i < 1e6; ++i) rows.push(`${1e8 + (i % 1000) * 1e6},${1e9 + i * 1e4},x`);
  for (const [name, content] of Object.entries({'empty.csv': '', 'words.csv': 'hello\nworld\n', 'columns.csv': 'a,b\n1,2\n', 'million.csv': rows.join('\n')})) {
    writeFileSync(join(folder, name), content);
    await page.evaluate(() => (document.querySelector('#main > div > [role="alert"]').hidden = true));
    await input.setInputFiles(join(folder, name));
    await page.locator('#main > div > [role="alert"]').waitFor({timeout: 60000});
    assert.match(await page.locator('#main > div > [role="alert"]').textContent(), /must/, name);
    assert.ok((await panel(page, 'Coefficients').textContent()).includes('alpha'), name);
  }
  clean(page);
  await page.context().close();
});
