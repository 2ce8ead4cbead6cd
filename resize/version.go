package resize

// Version changes whenever the pixels or the bytes of any variant may change: a
// variant's ETag contains it, so that caches do not keep what an older version made.
// TestVersion fails if a change of Version was forgotten.
const Version = 7
