package resize

// Version changes whenever the pixels or the bytes of any variant may: a
// variant's ETag holds it, so that caches do not keep what an older version made.
// TestVersion finds out where that was forgotten.
const Version = 7
