export const rooms: readonly (readonly string[])[];
