export interface View {
  id: string;
  title: string;
  element: HTMLElement;
  /** Shows the state. Called when the view opens and after each change of a field whose name starts with its prefix. */
  update(): Promise<void>;
  /** The prefix of its fields. */
  prefix: string;
}

/** Words of options whose fields are not empty. */
export function options(of: Record<string, string>): string[] {
  return Object.entries(of).flatMap(([name, value]) => (value === '' ? [] : [name, value]));
}
