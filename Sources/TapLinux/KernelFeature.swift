/// A part of the kernel that a hub uses, which may not have been built into it.
public enum KernelFeature: Hashable, Sendable, CaseIterable {
    /// Packet sockets with a receive ring that leave out what is sent.
    case packetSocket
    /// The queueing discipline that filters at the entry and the exit of an interface hang on.
    case clsact
    /// Filters that are BPF programs.
    case bpfClassifier
    /// Filters that compare words of a frame.
    case u32Classifier
    /// The action that sends a frame out on another interface.
    case mirred
    /// BPF programs, and ring buffers that they write to.
    case bpf
    /// BPF programs that hang on an interface itself.
    case tcx

    /// What people call it.
    public var name: String {
        switch self {
        case .packetSocket: "packet sockets"
        case .clsact: "clsact"
        case .bpfClassifier: "cls_bpf"
        case .u32Classifier: "cls_u32"
        case .mirred: "act_mirred"
        case .bpf: "BPF"
        case .tcx: "tcx"
        }
    }

    /// The name of its setting when a kernel is built.
    public var configurationName: String {
        switch self {
        case .packetSocket: "CONFIG_PACKET"
        case .clsact: "CONFIG_NET_SCH_INGRESS"
        case .bpfClassifier: "CONFIG_NET_CLS_BPF"
        case .u32Classifier: "CONFIG_NET_CLS_U32"
        case .mirred: "CONFIG_NET_ACT_MIRRED"
        case .bpf: "CONFIG_BPF_SYSCALL"
        case .tcx: "CONFIG_NET_XGRESS"
        }
    }

    /// The module that it may stand in; nil if it is always part of the kernel itself.
    public var module: String? {
        switch self {
        case .packetSocket: "af_packet"
        case .clsact: "sch_ingress"
        case .bpfClassifier: "cls_bpf"
        case .u32Classifier: "cls_u32"
        case .mirred: "act_mirred"
        case .bpf, .tcx: nil
        }
    }

    /// The first version of Linux that has it as a hub needs it.
    public var firstVersion: String {
        switch self {
        // PACKET_IGNORE_OUTGOING
        case .packetSocket: "4.20"
        case .clsact: "4.5"
        // direct action
        case .bpfClassifier: "4.4"
        case .u32Classifier: "2.6.12"
        case .mirred: "2.6.20"
        // BPF_MAP_TYPE_RINGBUF
        case .bpf: "5.8"
        case .tcx: "6.6"
        }
    }
}
