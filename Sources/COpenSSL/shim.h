// OpenSSL (libssl-dev): TLS to Redis servers of one's own, and what its headers say in macros only.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline long tls_name_server(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name);
}

static inline long tls_require_version_1_2(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline int tls_reason(unsigned long error) { return ERR_GET_REASON(error); }
static inline int tls_library(unsigned long error) { return ERR_GET_LIB(error); }
