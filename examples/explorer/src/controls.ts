import {declare, get, onChange, set} from './state';
import {h} from './dom';
import {brief, power} from './numbers';

// Inputs that are bound to a field of the state.

interface Common {
  name: string;
  label: string;
  initial?: string;
  help?: string;
}

let made = 0;
function labelled(of: Common, input: HTMLElement, beside?: HTMLElement): HTMLElement {
  input.id = `control-${++made}`;
  input.dataset.field = of.name;
  if (of.help !== undefined) input.setAttribute('aria-describedby', `${input.id}-help`);
  return h(
    'div',
    {class: 'control'},
    h('label', {for: input.id}, of.label),
    beside === undefined ? input : h('div', {class: 'pair'}, beside, input),
    of.help === undefined ? null : h('small', {id: `${input.id}-help`}, of.help),
  );
}

function bind(of: Common, input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): void {
  declare(of.name, of.initial ?? '');
  input.value = get(of.name);
  input.addEventListener('input', () => set(of.name, input.value.trim()));
  const follow = () => {
    if (document.activeElement !== input || input.value.trim() !== get(of.name)) input.value = get(of.name);
  };
  onChange((name) => name === of.name && follow());
  refreshers.add(follow);
}
const refreshers = new Set<() => void>();
/** Has `follow` called when all of the state changed. */
export const onRefresh = (follow: () => void): void => void refreshers.add(follow);
/** Shows the state again, after all of it changed. */
export const refresh = (): void => refreshers.forEach((each) => each());

export function text(of: Common & {placeholder?: string; list?: string; numeric?: boolean}): HTMLElement {
  const input = h('input', {
    type: 'text',
    placeholder: of.placeholder,
    list: of.list,
    inputmode: of.numeric === false ? undefined : 'decimal',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  bind(of, input);
  return labelled(of, input);
}

export function choice(of: Common & {options: (string | [string, string])[]}): HTMLElement {
  const input = h(
    'select',
    {},
    ...of.options.map((each) => {
      const [value, label] = typeof each === 'string' ? [each, each] : each;
      return h('option', {value}, label);
    }),
  );
  declare(of.name, of.initial ?? '');
  bind(of, input);
  return labelled(of, input);
}

export function area(of: Common & {rows: number}): HTMLElement {
  const input = h('textarea', {rows: of.rows, spellcheck: 'false'});
  bind(of, input);
  return labelled(of, input);
}

export function check(of: Common): HTMLElement {
  const input = h('input', {type: 'checkbox', id: `control-${++made}`});
  input.dataset.field = of.name;
  declare(of.name, of.initial ?? '');
  const follow = () => (input.checked = get(of.name) === '1');
  follow();
  input.addEventListener('change', () => set(of.name, input.checked ? '1' : ''));
  onChange((name) => name === of.name && follow());
  refreshers.add(follow);
  return h('div', {class: 'control check'}, input, h('label', {for: input.id}, of.label));
}

const unset = new Map<string, (value: number) => void>();
/** What an empty field stands for: its slider and its placeholder show it. */
export const suggest = (name: string, value: number): void => unset.get(name)?.(value);

/** A number with a slider over powers of ten, or over `steps`. */
export function slider(of: Common & {from: number; to: number; step?: number; powers?: boolean}): HTMLElement {
  const range = h('input', {
    type: 'range',
    min: of.from,
    max: of.to,
    step: of.step ?? 0.01,
    'aria-label': `${of.label}, slider`,
  });
  const input = h('input', {type: 'text', inputmode: 'decimal', class: 'short', autocomplete: 'off', spellcheck: 'false'});
  bind(of, input);
  range.dataset.slider = of.name;
  const place = () => {
    const value = Number(get(of.name));
    const at = of.powers === false ? value : Math.log10(value);
    if (get(of.name) !== '' && Number.isFinite(at) && document.activeElement !== range) range.value = String(at);
    range.setAttribute('aria-valuetext', get(of.name) || input.placeholder);
  };
  unset.set(of.name, (value) => {
    input.placeholder = String(value);
    if (get(of.name) !== '') return;
    range.value = String(value);
    range.setAttribute('aria-valuetext', input.placeholder);
  });
  range.addEventListener('input', () => {
    set(of.name, of.powers === false ? range.value : power(Number(range.value)));
    range.setAttribute('aria-valuetext', get(of.name));
  });
  onChange((name) => name === of.name && place());
  refreshers.add(place);
  place();
  return labelled(of, input, range);
}

/** A slider that moves other fields together, and follows them. */
export function lever(of: {name: string; label: string; help: string; from: number; to: number; fields: string[]; read(): number; move(to: number): void}): HTMLElement {
  const range = h('input', {type: 'range', min: of.from, max: of.to, step: 1, id: `control-${++made}`});
  range.dataset.slider = of.name;
  range.setAttribute('aria-describedby', `${range.id}-help`);
  const place = () => {
    if (document.activeElement !== range && Number.isFinite(of.read())) range.value = String(of.read());
    range.setAttribute('aria-valuetext', String(of.read()));
  };
  range.addEventListener('input', () => of.move(Number(range.value)));
  onChange((name) => of.fields.includes(name) && place());
  refreshers.add(place);
  place();
  return h('div', {class: 'control'}, h('label', {for: range.id}, of.label), range, h('small', {id: `${range.id}-help`}, of.help));
}

/** Accepts a file of at most `most` bytes by a button and by dropping it on `on`. */
export function dropped(label: string, accept: string, on: HTMLElement, take: (name: string, text: string) => void, refuse: (sentence: string) => void, most = 16e6): HTMLElement {
  const input = h('input', {type: 'file', accept, id: `control-${++made}`, class: 'file'});
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > most) return refuse(`${file.name} must not exceed ${most / 1e6} MB here, but has ${brief(file.size / 1e6)}`);
    try {
      take(file.name, await file.text());
    } catch {
      refuse(`${file.name} must be a file that the browser can read`); // a folder, for example
    }
  };
  input.addEventListener('change', () => {
    void read(input.files?.[0]).then(() => (input.value = '')); // so that the same file can be chosen again
  });
  on.addEventListener('dragover', (event) => {
    event.preventDefault();
    on.classList.add('dragged');
  });
  on.addEventListener('dragleave', () => on.classList.remove('dragged'));
  on.addEventListener('drop', (event) => {
    event.preventDefault();
    on.classList.remove('dragged');
    void read(event.dataTransfer?.files[0]);
  });
  return h('div', {class: 'control'}, h('label', {for: input.id}, label), input);
}
