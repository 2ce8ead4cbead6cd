package doctor

import (
	"context"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// checkSignedURLs checks that signatures are checked where the config wants that, and
// that there are keys. It looks at the keys, and shows none.
func (d *Doctor) checkSignedURLs(ctx context.Context, f filter) {
	const subject = "signed URLs"
	wanted, checked := d.wantsSignatures(), f.trusted && f.site.ChecksSignatures()
	switch {
	case !wanted && !checked:
		return
	case !checked:
		d.problem(subject, d.filterFix(f), "the config wants them, but no viewer-request function of this checkout checks signatures: variants may be made for every URL")
		return
	}
	store, err := viewerfunction.StoreOf(ctx, d.cloudFront, f.name)
	if err != nil {
		d.unknown(subject, "cloudfront:DescribeFunction", err)
		return
	}
	if store == "" {
		d.problem(subject, d.signingFix(), "%s has no key value store, so no signature is valid: every size gets the original", f.name)
		return
	}
	text, found, err := d.stores.Get(ctx, store, viewerrequest.KeysEntry)
	if err != nil {
		d.unknown(subject, "cloudfront-keyvaluestore:GetKey", err)
		return
	}
	keys, err := viewerrequest.ParseKeys(text)
	fix := d.deploy("signing-keys", "-file FILE -store "+store)
	switch {
	case !found:
		d.problem(subject, fix, "the key value store has no entry %q, so no signature is valid: every size gets the original", viewerrequest.KeysEntry)
	case err != nil:
		d.problem(subject, fix, "the entry %q of the key value store is wrong: %v", viewerrequest.KeysEntry, err)
	default:
		d.good(subject, "%s checks signatures by %v", f.name, keys)
	}
}

// wantsSignatures reports whether the config wants signed URLs alone to be resized.
func (d *Doctor) wantsSignatures() bool {
	return viewerrequest.SettingsOf(d.options.Config).ChecksSignatures()
}

// signingFix returns the command that makes the viewer-request function with its key
// value store. The aws command line would take many.
func (d *Doctor) signingFix() string {
	if d.stack != "" {
		return d.makeSite()
	}
	return d.prepare()
}
