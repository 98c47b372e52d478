import './assets/main.css';
import ui from '@nuxt/ui/vue-plugin';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './app/App.vue';
import { createAppRouter } from './app/router';
import { i18n } from './i18n';

createApp(App).use(createPinia()).use(createAppRouter()).use(i18n).use(ui).mount('#app');
