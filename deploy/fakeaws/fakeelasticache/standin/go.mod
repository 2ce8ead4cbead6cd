module github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache/standin

go 1.26.0

tool github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache/standin

require github.com/alicebob/miniredis/v2 v2.40.0

require github.com/yuin/gopher-lua v1.1.1 // indirect
