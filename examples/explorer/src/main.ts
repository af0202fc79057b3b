import './style.css';
import {refresh} from './controls';
import {debounced, h} from './dom';
import {provide, quick} from './engine';
import {follow, link, onChange} from './state';
import {suggestions} from './zoo';
import {fit} from './views/fit';
import {laws} from './views/laws';
import {model} from './views/model';
import {plan} from './views/plan';
import {search} from './views/search';
import type {View} from './views/view';

// The page: five views, of which one is shown, and a link that holds the state.

const views: View[] = [model, plan, laws, search, fit];
let current = model;
let written = '';

const main = h('main', {id: 'main', tabindex: -1});
const tabs = views.map((each) => h('a', {href: `#${each.id}`, 'data-view': each.id}, each.title));

function save(): void {
  written = '#' + link(current.id);
  if (location.hash !== written) history.replaceState(null, '', written);
  tabs.forEach((tab, i) => {
    tab.href = '#' + link(views[i]!.id);
    if (views[i] === current) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  });
}

function show(id: string): void {
  current = views.find((each) => each.id === id) ?? model;
  main.replaceChildren(h('h1', {class: 'hidden'}, current.title), current.element);
  document.title = `${current.title} · moetric explorer`;
  save();
  void current.update().then(() => performance.getEntriesByName('first-view').length === 0 && performance.mark('first-view'));
}

async function open(): Promise<void> {
  if (location.hash === written && written !== '') return;
  const id = await follow(location.hash);
  refresh();
  show(id);
}

// The theme: the system's, or the other one.
function theme(): HTMLElement {
  const dark = () => document.documentElement.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  const button = h('button', {type: 'button', class: 'small', onclick: () => {
    const next = dark() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    try {
      localStorage.setItem('moetric-theme', next);
    } catch { /* some browsers give pages from disk no storage */ }
    name();
    dispatchEvent(new Event('themechange'));
  }});
  const name = () => (button.textContent = dark() === 'dark' ? 'Light' : 'Dark');
  try {
    const kept = localStorage.getItem('moetric-theme');
    if (kept === 'dark' || kept === 'light') document.documentElement.dataset['theme'] = kept;
  } catch { /* as above */ }
  name();
  return button;
}

document.getElementById('app')!.append(
  h('header', {class: 'top'},
    h('strong', {class: 'brand'}, 'moetric'),
    h('nav', {'aria-label': 'Views'}, ...tabs),
    theme()),
  main,
  h('footer', {}, h('p', {}, 'The library runs in this page: numbers are those of the command that each answer names. The link holds the state.')),
  h('p', {id: 'announcer', class: 'hidden', 'aria-live': 'polite'}),
  suggestions());

const rerun = debounced(0, () => void current.update());
onChange((name) => {
  save();
  if (name.startsWith(current.prefix)) rerun();
});
addEventListener('hashchange', () => void open());
// A file dropped beside its place must not replace the page.
for (const event of ['dragover', 'drop']) addEventListener(event, (each) => each.preventDefault());
// For scripts: answers of the engine.
Object.assign(window, {moetric: {ask: (commands: string[][]) => quick.all('script', commands), provide}});
void open();
