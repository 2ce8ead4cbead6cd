// Command nothing is a function that is quick to build.
package main

func main() {}
