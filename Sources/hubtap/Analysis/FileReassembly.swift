import TapCapture
import TapFlow
import TapObserve
import TapWire

/// Puts the streams of files together, and hands them to the observers, which are on a thread of their own.
struct FileReassembly: ~Copyable {
    private var collector: StreamCollector
    private var next = FileObservers.Item()
    private let stage: Stage<FileObservers.Item>
    /// The memory of the reader that was looked into last.
    private var storageNumber: UInt64?
    /// True if something was handed on that may wait for more.
    private var hasWaiting = false

    /// Prepares to reassemble for `observers`.
    init(limits: FlowLimits, for observers: FileObservers) {
        collector = StreamCollector(limits: limits)
        stage = Stage("hubtap.observers") { try observers.take(&$0) }
    }

    /// Takes the frame that `reader` has gone to.
    ///
    /// - Parameters:
    ///   - reader: Where the frame is.
    ///   - isLive: True if more octets may be long in coming, so that nothing waits for them.
    /// - Throws: What went wrong with the findings.
    mutating func process(_ reader: inout CaptureReader<FileSource>, isLive: Bool) throws {
        if storageNumber != reader.storageNumber {
            if !collector.isBatchEmpty { try hand(over: reader.ports.names, to: &reader) }
            storageNumber = reader.storageNumber
            collector.lookInto(reader.shareStorage())
        }
        collector.process(reader.frame)
        next.isPressing = isLive && reader.isDrained
        if collector.isBatchFull || next.isPressing && (!collector.isBatchEmpty || hasWaiting) {
            try hand(over: reader.ports.names, to: &reader)
        }
    }

    /// Ends a file: no more frames of `reader` come.
    ///
    /// - Throws: What went wrong with the findings.
    mutating func end(_ reader: inout CaptureReader<FileSource>) throws {
        try hand(over: reader.ports.names, to: &reader)
        collector.lookInto(NoOctets())
        storageNumber = nil
    }

    /// Ends the input, and waits until the observers have taken all of it.
    ///
    /// - Returns: Where it ended, and what became of the frames.
    /// - Throws: What went wrong with the findings.
    mutating func finish(portNames: [String]) throws -> (
        position: Moment, statistics: FlowStatistics
    ) {
        collector.finish()
        try hand(over: portNames)
        try stage.finish()
        return (collector.position, collector.statistics)
    }

    private mutating func hand(
        over portNames: [String],
        to reader: inout CaptureReader<FileSource>
    ) throws {
        try hand(over: portNames)
        var storage: any OctetStore = NoOctets()
        swap(&storage, &next.batch.storage)
        reader.recycle(storage)
    }

    private mutating func hand(over portNames: [String]) throws {
        collector.swapBatch(&next.batch)
        next.portNames = portNames
        let isPressing = next.isPressing
        hasWaiting = !isPressing
        try stage.exchange(&next, isPressing: isPressing, for: FileObservers.Item())
        collector.apply(next.interests)
    }
}
