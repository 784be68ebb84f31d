/**
 * What bundles of the main process leave out: faster ways that packages try to load where somebody has built them. The product's
 * bundles and those for the tests' Electron are the same in this.
 */
export const externalPackages: (string | RegExp)[] = ['cpu-features', /\.node$/]
