const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML holds it, within elements and attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** The words of a report with its values, all of them escaped, in the places that are named in braces. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return escaped(text).replace(/\{(\w+)\}/g, (whole, name: string) => escaped(values[name] ?? whole));
}
