import {failed, quick, type Value} from './engine';
import {h} from './dom';

// The published models, asked once.

export interface Published {
  name: string;
  published_name: string;
  total: Value;
  active: Value;
  source: string;
}
let models: Promise<Published[]> | undefined;

export function zoo(): Promise<Published[]> {
  models ??= quick.all('zoo', [['models']]).then(([reply]) =>
    reply === undefined || failed(reply) ? [] : (reply.answer as unknown as Published[]),
  );
  return models;
}

/** Suggestions of model names for inputs with list="models". */
export function suggestions(): HTMLElement {
  const list = h('datalist', {id: 'models'});
  void zoo().then((all) => list.append(...all.map((each) => h('option', {value: each.name}, each.published_name))));
  return list;
}
