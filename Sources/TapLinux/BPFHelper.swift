/// A function of the kernel that programs may call (bpf-helpers(7)), by its number.
public enum BPFHelper: Int32, Sendable {
    case lookUpElement = 1
    case monotonicTime = 5
    case cloneRedirect = 13
    case redirect = 23
    case loadFrame = 26
    case reserveRecord = 131
    case submitRecord = 132
    case discardRecord = 133
    case queryRing = 134
}
