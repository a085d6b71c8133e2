import Crypto
import Synchronization
public import TapMail

/// Reads certificates with swift-certificates and swift-asn1, and makes digests with swift-crypto.
///
/// A server shows the same certificates in each connection: what was read is kept, by the octets, for the last
/// `Limits.certificates` that were seen for the first time, with those that could not be read among them.
public final class CertificateLibrary: TLSLibrary {
    /// How much is kept.
    public struct Limits: Sendable, Hashable {
        /// Certificates that are kept.
        public var certificates: Int
        /// Octets of a certificate that is kept at most; larger ones are read anew each time.
        public var byteCount: Int

        /// Creates limits; every value has a default.
        public init(certificates: Int = 512, byteCount: Int = 8_192) {
            self.certificates = certificates
            self.byteCount = byteCount
        }
    }

    private struct Cache {
        var results: [[UInt8]: Result<CertificateFacts, CertificateError>] = [:]
        /// The keys by age, used in a circle.
        var keys: [[UInt8]] = []
        var oldest = 0
        var readings = 0
    }

    private let cache = Mutex(Cache())
    private let limits: Limits

    /// Creates a library that has read nothing yet.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// How many certificates were read that were not kept from before.
    package var readings: Int { cache.withLock { $0.readings } }

    /// The SHA-256 digest of octets: 32 octets.
    public func sha256(_ octets: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: octets)) }

    /// What stands in a certificate in DER (RFC 5280 section 4.1).
    public func certificate(_ octets: [UInt8]) throws(CertificateError) -> CertificateFacts {
        if let known = cache.withLock({ $0.results[octets] }) { return try known.get() }
        let result: Result<CertificateFacts, CertificateError>
        do throws(CertificateError) {
            result = .success(try CertificateReader(octets).facts(digest: sha256(octets)))
        } catch {
            result = .failure(error)
        }
        keep(result, of: octets)
        return try result.get()
    }

    private func keep(_ result: Result<CertificateFacts, CertificateError>, of octets: [UInt8]) {
        cache.withLock { cache in
            cache.readings &+= 1
            guard octets.count <= limits.byteCount, limits.certificates > 0,
                cache.results.updateValue(result, forKey: octets) == nil
            else { return }
            guard cache.keys.count >= limits.certificates else { return cache.keys.append(octets) }
            cache.results[cache.keys[cache.oldest]] = nil
            cache.keys[cache.oldest] = octets
            cache.oldest = (cache.oldest + 1) % limits.certificates
        }
    }
}
