package webp

// fixed is more than tables and headers take, in bytes.
const fixed = 256 << 10
