package predict

// derivatives is Dr_Intra_Derivative: how far a direction goes along one edge for 64
// samples away from it, by the angle between them.
var derivatives = [90]uint16{
	3: 1023, 6: 547, 9: 372, 14: 273, 17: 215, 20: 178, 23: 151, 26: 132,
	29: 116, 32: 102, 36: 90, 39: 80, 42: 71, 45: 64, 48: 57, 51: 51,
	54: 45, 58: 40, 61: 35, 64: 31, 67: 27, 70: 23, 73: 19, 76: 15,
	81: 11, 84: 7, 87: 3,
}

// smoothWeights are Sm_Weights_Tx_4x4 to Sm_Weights_Tx_32x32.
var smoothWeights = [4][32]uint16{
	{255, 149, 85, 64},
	{255, 197, 146, 105, 73, 50, 37, 32},
	{255, 225, 196, 170, 145, 123, 102, 84, 68, 54, 43, 33, 26, 20, 17, 16},
	{
		255, 240, 225, 210, 196, 182, 169, 157, 145, 133, 122, 111, 101, 92, 83, 74,
		66, 59, 52, 45, 39, 34, 29, 25, 21, 17, 14, 12, 10, 9, 8, 8,
	},
}
