export { EdgeResize } from './edge-resize';
export type { EdgeResizeProps } from './edge-resize-props';
export { type Architecture, Package } from './package';
export { PropsError } from './parameters';
export { type PurgeActionProps, PurgeFromPipeline, type PurgeFromPipelineProps } from './purge-from-pipeline';
export { PurgeOnChange } from './purge-on-change';
export type { PurgeOnChangeProps } from './purge-on-change-props';
export { PurgeRole, type PurgeRoleProps } from './purge-role';
export type { RequestParameter } from './requests';
