import 'vue';

// lets `strictTemplates` accept fallthrough attributes on components
declare module 'vue' {
  interface ComponentCustomProps {
    role?: string;
    tabindex?: string | number;
    [data: `data-${string}`]: unknown;
    [aria: `aria-${string}`]: unknown;
  }
  interface InputHTMLAttributes {
    webkitdirectory?: boolean | '';
  }
  interface HTMLAttributes {
    [data: `data-${string}`]: unknown;
  }
}
