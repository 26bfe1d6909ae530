/** Tags of Sluice's image: of the commit that is upgraded from, and of this checkout. */
export const OLD_TAG = 'old';
export const NEW_TAG = 'new';
