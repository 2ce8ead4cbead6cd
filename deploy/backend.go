package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/edgeresize/edgeresize/deploy/template/stack"
)

// backendCommand makes or updates the stack of the site behind the images.
func backendCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var f stackFlags
	f.registerNames(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	if settings.Region == "" {
		return errors.New("no region: give the servers', such as AWS_REGION=eu-west-1, or set it with `aws configure set region eu-west-1`")
	}
	outputs, err := f.deploy(ctx, flags, settings, stack.Order{
		Kind:  stack.Backend,
		Agree: func(values map[string]string) []string { return agreeBackend(settings.Region, values) },
		Find: func(ctx context.Context, values map[string]string) (map[string]string, error) {
			if values["PrefixListId"] != "" {
				return nil, nil
			}
			id, err := prefixList(ctx, settings)
			return map[string]string{"PrefixListId": id}, err
		},
	})
	if err != nil {
		return err
	}
	printOutputs(stdout, outputs)
	return nil
}

// agreeBackend returns how the parameters of a backend contradict each other or the region
// of its stack, where the template's rules cannot tell.
func agreeBackend(region string, values map[string]string) (wrong []string) {
	if there := regionIn(values["CertificateArn"]); there != "" && there != region {
		wrong = append(wrong, fmt.Sprintf("CertificateArn is in %s, and the load balancer in %s: name a certificate there, or set AWS_REGION=%s", there, region, there))
	}
	least, errLeast := strconv.Atoi(values["MinServers"])
	most, errMost := strconv.Atoi(values["MaxServers"])
	if errLeast == nil && errMost == nil && least > most {
		wrong = append(wrong, fmt.Sprintf("MinServers is %d, more than MaxServers, %d", least, most))
	}
	return wrong
}

// originFacing is the prefix list of the addresses from which CloudFront sends requests to
// origins. CloudFront Developer Guide, "Locations and IP address ranges of CloudFront edge
// servers".
const originFacing = "com.amazonaws.global.cloudfront.origin-facing"

// maxAnswer is the maximum size of EC2's answer about one prefix list, in bytes.
const maxAnswer = 1 << 20

// prefixList returns the id of the prefix list originFacing in the region of settings.
// Amazon EC2 API Reference, "DescribeManagedPrefixLists". The SDK's client for EC2 would
// multiply the code of this command for one call.
func prefixList(ctx context.Context, settings sdk.Config) (id string, err error) {
	answer, err := askEC2(ctx, settings, url.Values{
		"Action": {"DescribeManagedPrefixLists"}, "Version": {"2016-11-15"},
		"Filter.1.Name": {"prefix-list-name"}, "Filter.1.Value.1": {originFacing},
	})
	if err != nil {
		return "", fmt.Errorf("finding the prefix list %s: %w; or give PARAMETERS='PrefixListId=pl-…'", originFacing, err)
	}
	var found struct {
		IDs []string `xml:"prefixListSet>item>prefixListId"`
	}
	if err := xml.Unmarshal(answer, &found); err != nil {
		return "", fmt.Errorf("finding the prefix list %s: %w", originFacing, err)
	}
	if len(found.IDs) != 1 {
		return "", fmt.Errorf("%s has %d prefix lists %s: give PARAMETERS='PrefixListId=pl-…'", settings.Region, len(found.IDs), originFacing)
	}
	return found.IDs[0], nil
}

// askEC2 sends EC2 a signed request, and returns the answer.
func askEC2(ctx context.Context, settings sdk.Config, form url.Values) ([]byte, error) {
	endpoint := "https://ec2." + settings.Region + ".amazonaws.com"
	if settings.BaseEndpoint != nil {
		endpoint = *settings.BaseEndpoint
	}
	body := form.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(endpoint, "/")+"/", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	credentials, err := settings.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "ec2", settings.Region, time.Now()); err != nil {
		return nil, err
	}
	response, err := settings.HTTPClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return answer, nil
	}
	var refused struct {
		Code    string `xml:"Errors>Error>Code"`
		Message string `xml:"Errors>Error>Message"`
	}
	if err := xml.Unmarshal(answer, &refused); err != nil || refused.Code == "" {
		return nil, fmt.Errorf("EC2 answered %s", response.Status)
	}
	return nil, fmt.Errorf("EC2 answered %s: %s", refused.Code, refused.Message)
}
