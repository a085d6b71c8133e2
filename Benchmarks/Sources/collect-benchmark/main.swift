import Stopwatch
import SystemPackage
import TapCapture
import TapObserve
import TapWire

// What the reading thread of `hubtap analyze` does: a capture, from its file to batches of stream events.

/// Reads the capture at `path` into batches, which are thrown away; returns how many frames it has.
func collect(_ path: String) throws -> Int {
    var reader = try CaptureReader(FileSource(opening: FilePath(path)))
    var collector = StreamCollector()
    var batch = StreamBatch()
    var storageNumber: UInt64?
    while try reader.advance() {
        if storageNumber != reader.storageNumber {
            exchange(&batch, &collector, &reader)
            storageNumber = reader.storageNumber
            collector.lookInto(reader.shareStorage())
        }
        collector.process(reader.frame)
        if collector.isBatchFull { exchange(&batch, &collector, &reader) }
    }
    return Int(reader.nextSequence)
}

/// Empties `batch`, and exchanges it for the next.
func exchange(
    _ batch: inout StreamBatch,
    _ collector: inout StreamCollector,
    _ reader: inout CaptureReader<FileSource>
) {
    var storage: any OctetStore = NoOctets()
    swap(&storage, &batch.storage)
    reader.recycle(storage)
    batch.removeAll()
    collector.swapBatch(&batch)
}

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first, arguments.count == 1 else {
    fatalError("usage: collect-benchmark CAPTURE (of mail-capture, in memory)")
}
let count = try collect(path)
measure("a frame from the file to the batch", count: count) { try? collect(path) }
