import sharp from 'sharp';

/**
 * sharp as every part of the engine uses it. Only the loaders of formats we mean to read are left on: a file is decoded
 * from its bytes, so neither SVG, PDF nor anything that fetches or runs something is reachable. One thread a picture,
 * many pictures at once, is what suits small pictures; a cache would only hold what never comes back.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif', // AVIF; what is HEIC is refused before
  ],
});
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
