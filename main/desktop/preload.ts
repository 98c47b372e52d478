/** Runs in the sandbox beside the page, before it; bundled into one CommonJS file. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { createBridge } from './bridge';

contextBridge.exposeInMainWorld('tessera', createBridge({ ipcRenderer, webUtils }));
