// Imports a package as seen from this folder, which has dependencies of its own.
export const load = (name) => import(name)
