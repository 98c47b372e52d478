import { createRouter, createWebHashHistory, type Router } from 'vue-router';
import { features } from './features';

export function createAppRouter(): Router {
  return createRouter({
    // hash history: the same page is served by the browser host and by the window's own protocol
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/datasets' },
      ...features.flatMap(({ routes }) => routes),
      { path: '/:rest(.*)*', redirect: '/datasets' },
    ],
  });
}
