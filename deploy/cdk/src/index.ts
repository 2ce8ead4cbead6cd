export { EdgeResize } from './edge-resize';
export type { EdgeResizeProps } from './edge-resize-props';
export { type Architecture, Package } from './package';
export { PropsError } from './parameters';
