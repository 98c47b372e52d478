const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes a text for use in HTML elements and attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Puts escaped values into the places that braces name in a report's words. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return escaped(text).replace(/\{(\w+)\}/g, (whole, name: string) => escaped(values[name] ?? whole));
}
