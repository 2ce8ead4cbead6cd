// Command calls calls list.New.
package main

import "container/list"

func main() { println(list.New().Len()) }
