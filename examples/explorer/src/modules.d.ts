declare module 'virtual:engine' {
  const base64: string;
  export default base64;
}
declare module 'virtual:worker' {
  const source: string;
  export default source;
}
declare module 'virtual:space' {
  const text: string;
  export default text;
}
declare module '*.css';
// Names that the engine accepted when the page was built.
declare module 'virtual:names' {
  const names: {
    devices: string[];
    conventions: string[];
    precisions: string[];
    shards: string[];
    sources: string[];
    forms: string[];
    laws: string[];
  };
  export default names;
}
