import TapWire

/// One of the interfaces that a filter sends every frame out by.
public struct ForwardingTarget: Hashable, Sendable {
    /// The number of the interface; 0 if it is gone.
    public var interface: Int32
    /// Frames that it did not take; the kernel counts to 2^32.
    public var failures: UInt32

    /// Creates a target.
    public init(interface: Int32, failures: UInt32) {
        self.interface = interface
        self.failures = failures
    }

    /// The targets of a filter, first to last, in the kernel's message about it; nil if it has no actions.
    ///
    /// Total: any octets give targets or nil.
    package static func read(_ message: Span<UInt8>) -> [ForwardingTarget]? {
        guard message.count >= attributesOffset else { return nil }
        return message.attribute(options, from: attributesOffset) { options in
            options.attribute(wordActions) { actions in
                var targets: [ForwardingTarget] = []
                let isWhole = actions.forEachAttribute { _, action in
                    if let target = target(action) { targets.append(target) }
                }
                return isWhole ? targets : nil
            }
        }
    }

    /// The number of the filter that the kernel's message is about, if it is one of ours at `hook`.
    ///
    /// The kernel lists those of both hooks for each: only what forwards has actions. The interface that another
    /// one compares is not told once that is gone.
    package static func filterNumber(_ message: Span<UInt8>, at hook: FilterHook) -> UInt32? {
        guard message.count >= attributesOffset else { return nil }
        let forwards = message.attribute(options, from: attributesOffset) { options in
            options.attribute(selector) { _ in options.attribute(wordActions) { _ in true } ?? false
            }
        }
        return forwards == (hook == .ingress) ? word(message, at: 24) : nil
    }

    private static func target(_ action: Span<UInt8>) -> ForwardingTarget? {
        let interface = action.attribute(options) { options in
            options.attribute(mirrorParameters) { word($0, at: 24) }
        }
        let failures = action.attribute(actionStatistics) { statistics in
            statistics.attribute(queueStatistics) { word($0, at: 16) }
        }
        guard let interface, let failures else { return nil }
        return ForwardingTarget(interface: Int32(bitPattern: interface), failures: failures)
    }

    private static func word(_ value: Span<UInt8>, at offset: Int) -> UInt32? {
        value.count >= offset &+ 4 ? value.littleEndianUInt32(at: offset) : nil
    }

    // struct nlmsghdr and struct tcmsg. TCA_OPTIONS (and TCA_ACT_OPTIONS), TCA_U32_SEL, TCA_U32_ACT, TCA_MIRRED_PARMS
    // with ifindex of struct tc_mirred, TCA_ACT_STATS, TCA_STATS_QUEUE with overlimits of struct gnet_stats_queue.
    private static let attributesOffset = 36
    private static let options: UInt16 = 2
    private static let selector: UInt16 = 5
    private static let wordActions: UInt16 = 7
    private static let mirrorParameters: UInt16 = 2
    private static let actionStatistics: UInt16 = 4
    private static let queueStatistics: UInt16 = 3
}
