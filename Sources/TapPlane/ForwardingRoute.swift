import SystemPackage
package import TapLinux

/// What a program of the kernel plane does with the frames that enter one port.
///
/// Which interfaces the ports are, and how much is copied of a frame, is not in the program but in switches that it
/// looks at, so that a port that goes or comes changes one number and no program. Those numbers are also
/// unknown to the kernel's verifier, which on some kernels takes a way it has found impossible and then refuses it.
package struct ForwardingRoute: Hashable {
    /// Counters of a port, by their place among its own.
    package enum Counter: Int, CaseIterable {
        case frames
        /// Their octets, tags included.
        case octets
        /// Frames that did not leave by every other port.
        case refused
        /// Frames too short for the kernel to redirect.
        case tooShort
        /// Frames that were to leave by this port and did not, as far as the kernel tells.
        case notTaken
        /// Frames for which the buffer had no room.
        case notBuffered
        /// Frames whose octets could not be read.
        case notRead
        /// Frames that the mirror is not asked to hold.
        case notKept
        /// Frames that were left out, as the buffer was nearly full.
        case shed
        /// Frames of which only headers are asked for.
        case askedFrames
        /// Large frames of which only headers were copied, as the buffer filled up.
        case bulkFrames
        /// Frames of which only headers were copied, as the buffer was rather full.
        case otherFrames
        /// Octets of theirs that were not copied.
        case askedOctets
        case bulkOctets
        case otherOctets
        /// Octets of frames that were left out.
        case shedOctets
    }

    /// What is set while programs run.
    enum Switch: Hashable {
        /// Not 0: the kernel is asked of each frame whether the only other port took it.
        case asksForEach
        /// How many octets of a frame are copied.
        case captureLimit
        /// How many octets count as headers.
        case headerLimit
        /// The interface of a port; 0 while it is not there.
        case interface(Int)

        var place: Int {
            switch self {
            case .asksForEach: 0
            case .captureLimit: 1
            case .headerLimit: 2
            case .interface(let port): 3 + port
            }
        }
    }

    /// Room for counters of a port.
    package static let counterCount = 16
    /// The most octets of a frame that are copied: more than any but the largest that offloads make.
    package static let maximumCapture = Int(classes.last ?? 0)
    /// The kernel wants to know the size of a record when it loads the program, so there is one call for each.
    static let classes: [Int32] = [
        64, 96, 128, 192, 256, 384, 512, 768, 1024, 1280, 1536, 2304, 4096, 9216, 20_480, 65_792,
    ]

    /// The place of the port among all ports and monitors.
    package let port: Int
    /// How many ports join each other.
    let hubPortCount: Int
    /// How many there are with the monitors behind them.
    let portCount: Int
    /// Which frames are copied.
    let keep: PlaneConfiguration.Keep
    /// The TCP ports of mail.
    let mailPorts: [UInt16]

    /// The way of the frames that enter the port at `port` among the interfaces of the configuration.
    package init(port: Int, in configuration: PlaneConfiguration) {
        self.port = port
        hubPortCount = configuration.ports.count
        portCount = configuration.interfaces.count
        keep = configuration.keep
        mailPorts = configuration.mailPorts
    }

    private var isMonitor: Bool { port >= hubPortCount }

    /// The program, for counters of `counterCount` a port and a buffer of captured frames.
    ///
    /// Theory of operation: r6 is the frame, r9 the port's counters, r7 first the frame's length and then how
    /// much of it is copied, r8 the record. The copy comes before the wire, as the last thing a program
    /// does is say where the frame goes. With one other port the frame itself is redirected, and whether that
    /// port took it the port's own counters tell; with several a clone goes to each, as the call tells
    /// what became of each, and who redirects one more would not learn it. So it is with one, too, while
    /// that one has no link.
    package func program(_ kernel: borrowing KernelParts) -> [BPFInstruction] {
        var assembler = BPFAssembler()
        let end = assembler.label()
        begin(&assembler, kernel, end)
        if !isMonitor {
            copy(&assembler, kernel)
            forward(&assembler, kernel.switches.descriptor, end)
        }
        assembler.place(end)
        assembler.exit(PortClassifiers.Verdict.drop)
        return assembler.program
    }

    /// The program for frames that are about to leave by the port: those pass that entered by another port of the hub,
    /// and neither the host's own nor those that anything else sends on.
    package func exitProgram(_ kernel: borrowing KernelParts) -> [BPFInstruction] {
        var assembler = BPFAssembler()
        let pass = assembler.label()
        let drop = assembler.label()
        assembler.load(.word, .r2, from: .r1, PortClassifiers.Context.ingressInterface)
        assembler.jump(to: drop, if: .equal, .r2, 0)
        for other in 0..<hubPortCount where other != port {
            load(&assembler, .interface(other), kernel.switches.descriptor)
            assembler.jump(to: pass, if: .equal, .r1, .r2)
        }
        assembler.place(drop)
        assembler.exit(PortClassifiers.Verdict.drop)
        assembler.place(pass)
        assembler.exit(PortClassifiers.Verdict.next)
        return assembler.program
    }

    /// Counts the frame, unless the port was left by the hub: it may be anywhere by now.
    private func begin(
        _ assembler: inout BPFAssembler,
        _ kernel: borrowing KernelParts,
        _ end: BPFAssembler.Label
    ) {
        let untagged = assembler.label()
        assembler.apply(.move, .r6, .r1)
        load(&assembler, .interface(port), kernel.switches.descriptor)
        assembler.jump(to: end, if: .equal, .r1, 0)
        assembler.store(.word, 0, to: .r10, Stack.key)
        assembler.address(ofMap: kernel.counters.descriptor, .r1)
        assembler.apply(.move, .r2, .r10)
        assembler.apply(.add, .r2, Int32(Stack.key))
        assembler.call(.lookUpElement)
        assembler.jump(to: end, if: .equal, .r0, 0)
        assembler.apply(.move, .r9, .r0)
        assembler.load(.word, .r7, from: .r6, PortClassifiers.Context.length)
        count(&assembler, .frames)
        assembler.apply(.move, .r2, .r7)
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.hasTag)
        assembler.jump(to: untagged, if: .equal, .r1, 0)
        assembler.apply(.add, .r2, 4)
        assembler.place(untagged)
        add(&assembler, .octets, .r2)
    }

    private func forward(
        _ assembler: inout BPFAssembler,
        _ switches: FileDescriptor,
        _ end: BPFAssembler.Label
    ) {
        let tooShort = assembler.label()
        // The kernel redirects nothing that is not more than an Ethernet header.
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.length)
        assembler.jump(to: tooShort, if: .lessOrEqual, .r1, 14)
        for monitor in hubPortCount..<portCount { clone(&assembler, switches, to: monitor) }
        if hubPortCount == 2 { redirect(&assembler, switches) }
        // From here on r8 says whether a port did not take the frame.
        assembler.apply(.move, .r8, 0)
        for other in 0..<hubPortCount where other != port {
            clone(&assembler, switches, to: other)
        }
        assembler.jump(to: end, if: .equal, .r8, 0)
        count(&assembler, .refused)
        assembler.jump(to: end)
        assembler.place(tooShort)
        count(&assembler, .tooShort)
    }

    /// Gives the frame itself to the only other port, unless the kernel is to be asked what becomes of it.
    private func redirect(_ assembler: inout BPFAssembler, _ switches: FileDescriptor) {
        let asks = assembler.label()
        load(&assembler, .asksForEach, switches)
        assembler.jump(to: asks, if: .notEqual, .r1, 0)
        load(&assembler, .interface(1 - port), switches)
        assembler.jump(to: asks, if: .equal, .r1, 0)
        assembler.apply(.move, .r2, 0)
        assembler.call(.redirect)
        assembler.exit()
        assembler.place(asks)
    }

    /// Gives a port a clone, and notes in r8 and in its counters if it does not take it.
    private func clone(
        _ assembler: inout BPFAssembler,
        _ switches: FileDescriptor,
        to other: Int
    ) {
        let absent = assembler.label()
        let taken = assembler.label()
        load(&assembler, .interface(other), switches)
        assembler.jump(to: absent, if: .equal, .r1, 0)
        assembler.apply(.move, .r2, .r1)
        assembler.apply(.move, .r1, .r6)
        assembler.apply(.move, .r3, 0)
        assembler.call(.cloneRedirect)
        assembler.jump(to: taken, if: .equal, .r0, 0)
        assembler.place(absent)
        assembler.apply(.move, .r8, 1)
        count(&assembler, .notTaken, at: other)
        assembler.place(taken)
    }

    /// Loads a switch into r1.
    func load(_ assembler: inout BPFAssembler, _ word: Switch, _ switches: FileDescriptor) {
        assembler.address(ofSwitches: switches, .r1)
        let offset = Int16(word.place * MemoryLayout<UInt32>.size)
        assembler.load(.word, .r1, from: .r1, offset)
    }

    func count(_ assembler: inout BPFAssembler, _ counter: Counter, at port: Int? = nil) {
        assembler.apply(.move, .r2, 1)
        add(&assembler, counter, .r2, at: port)
    }

    /// Only this processor counts here, and a program is not interrupted by another of its kind.
    func add(
        _ assembler: inout BPFAssembler,
        _ counter: Counter,
        _ register: BPFInstruction.Register,
        at port: Int? = nil
    ) {
        let place = Self.place(of: counter, port: port ?? self.port) * MemoryLayout<UInt64>.size
        assembler.load(.doubleWord, .r1, from: .r9, Int16(place))
        assembler.apply(.add, .r1, register)
        assembler.store(.doubleWord, .r1, to: .r9, Int16(place))
    }

    /// Where a counter of a port stands among all counters.
    package static func place(of counter: Counter, port: Int) -> Int {
        port * counterCount + counter.rawValue
    }

    /// What lies where on the stack, 4, 8 or 40 octets each.
    enum Stack {
        static let key: Int16 = -4
        static let length: Int16 = -8
        static let fill: Int16 = -16
        static let header: Int16 = -56
        /// Why only headers are copied, by the number of the counter, or 0.
        static let cut: Int16 = -124
        /// How much would have been.
        static let wanted: Int16 = -136
        /// The memory of a filter, 16 words.
        static func memory(_ place: Int) -> Int16 { -120 + Int16(place) * 4 }
    }
}
