// Command nothing is a function that does nothing and is quick to build.
package main

func main() {}
