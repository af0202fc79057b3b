// What Debian's C++ runtime for WebAssembly lacks. It is built without exceptions, so most of this file throws and
// catches: the Itanium C++ ABI with the calls that Clang emits under -fwasm-exceptions
// (https://github.com/WebAssembly/tool-conventions/blob/main/EHScheme.md). One thread, no exception specifications, and
// every exception is of C++.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <typeinfo>

// The tag that throw and catch name, with the address of the exception as its value.
__asm__(".globl __cpp_exception\n"
        ".tagtype __cpp_exception i32\n"
        "__cpp_exception:\n");

namespace __cxxabiv1 {

struct __cxa_exception;

// As libc++abi declares it: the only way to ask whether a handler's type catches a thrown one.
class __shim_type_info : public std::type_info {
 public:
  ~__shim_type_info() override;
  virtual void noop1() const;
  virtual void noop2() const;
  virtual bool can_catch(__shim_type_info const* thrown, void*& adjusted) const = 0;
};

}  // namespace __cxxabiv1

namespace {

using handler_type = __cxxabiv1::__shim_type_info;

// Stands before a thrown object, and is what travels.
struct alignas(16) header {
  handler_type const* type;
  void* (*destroy)(void*);
  header* below;   // the exception whose handler was running when this one was caught
  void* adjusted;  // the object as the handler's type
  int handlers;    // running; negative: rethrown from within
  int owners;
};

header* caught = nullptr;  // the innermost of those whose handlers run

header* header_of(void* object) {
  return static_cast<header*>(object) - 1;
}

void release(header* of) {
  if (--of->owners != 0) return;
  if (of->destroy != nullptr) of->destroy(of + 1);
  std::free(of);
}

[[noreturn]] void throw_again(header* what) {
  __builtin_wasm_throw(0, what);
}

// Numbers of the tables that the compiler writes.
std::uintptr_t unsigned_at(std::uint8_t const*& at) {
  std::uintptr_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    std::uint8_t const byte = *at++;
    value |= static_cast<std::uintptr_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
}
std::intptr_t signed_at(std::uint8_t const*& at) {
  std::uint32_t value = 0;
  unsigned shift = 0;
  std::uint8_t byte = 0;
  do {
    byte = *at++;
    value |= static_cast<std::uint32_t>(byte & 0x7fU) << shift;
    shift += 7;
  } while ((byte & 0x80U) != 0);
  if ((byte & 0x40U) != 0 && shift < 32) value |= ~std::uint32_t{0} << shift;
  return static_cast<std::int32_t>(value);
}

// The handler at a landing pad that catches an exception: the index of its type, or 0.
int handler_for(header* thrown, std::uint8_t const* table, std::uintptr_t landing_pad) {
  constexpr std::uint8_t omitted = 0xff;
  std::uint8_t const* at = table;
  if (*at++ != omitted) std::abort();  // pads are numbers here, not addresses
  if (*at++ == omitted) return 0;
  std::uintptr_t const types_offset = unsigned_at(at);
  std::uint8_t const* const types = at + types_offset;
  ++at;  // the encoding of call sites, which is this one
  std::uintptr_t const length = unsigned_at(at);
  std::uint8_t const* const actions = at + length;
  for (std::uintptr_t pad = 0;; ++pad) {
    unsigned_at(at);
    std::uintptr_t const action = unsigned_at(at);
    if (pad != landing_pad) continue;
    if (action == 0) return 0;
    for (std::uint8_t const* record = actions + action - 1;;) {
      std::intptr_t const type_index = signed_at(record);
      if (type_index > 0) {
        auto const* const type = reinterpret_cast<handler_type const* const*>(types)[-type_index];
        void* object = thrown + 1;
        if (type == nullptr || type->can_catch(thrown->type, object)) {
          thrown->adjusted = object;
          return static_cast<int>(type_index);
        }
      }
      std::uint8_t const* const here = record;
      std::intptr_t const next = signed_at(record);
      if (next == 0) return 0;
      record = here + next;
    }
  }
}

}  // namespace

extern "C" {

// What a landing pad hands over and gets back.
struct {
  std::uintptr_t landing_pad;
  std::uint8_t const* table;
  int selector;
} __wasm_lpad_context;

int _Unwind_CallPersonality(void* exception) {
  __wasm_lpad_context.selector =
      handler_for(static_cast<header*>(exception), __wasm_lpad_context.table, __wasm_lpad_context.landing_pad);
  return 0;
}

void* __cxa_allocate_exception(std::size_t size) noexcept {
  auto* const made = static_cast<header*>(std::calloc(1, sizeof(header) + size));
  if (made == nullptr) std::abort();
  return made + 1;
}
void __cxa_free_exception(void* object) noexcept {
  std::free(header_of(object));
}

__cxxabiv1::__cxa_exception* __cxa_init_primary_exception(void* object, std::type_info* type,
                                                          void* (*destroy)(void*)) noexcept {
  header* const made = header_of(object);
  made->type = static_cast<handler_type const*>(type);
  made->destroy = destroy;
  made->adjusted = object;
  return reinterpret_cast<__cxxabiv1::__cxa_exception*>(made);
}
[[noreturn]] void __cxa_throw(void* object, std::type_info* type, void* (*destroy)(void*)) {
  __cxa_init_primary_exception(object, type, destroy);
  header_of(object)->owners = 1;
  throw_again(header_of(object));
}

void* __cxa_get_exception_ptr(void* exception) noexcept {
  return static_cast<header*>(exception)->adjusted;
}
void* __cxa_begin_catch(void* exception) noexcept {
  auto* const begun = static_cast<header*>(exception);
  begun->handlers = (begun->handlers < 0 ? -begun->handlers : begun->handlers) + 1;
  if (begun != caught) {
    begun->below = caught;
    caught = begun;
  }
  return begun->adjusted;
}
void __cxa_end_catch() {
  header* const ended = caught;
  if (ended == nullptr) return;
  if (ended->handlers < 0) {  // rethrown: it lives on
    if (++ended->handlers == 0) caught = ended->below;
    return;
  }
  if (--ended->handlers != 0) return;
  caught = ended->below;
  release(ended);
}
[[noreturn]] void __cxa_rethrow() {
  if (caught == nullptr) std::terminate();
  caught->handlers = -caught->handlers;
  throw_again(caught);
}
[[noreturn]] void _Unwind_Resume(void* exception) {
  throw_again(static_cast<header*>(exception));
}

// std::exception_ptr
void __cxa_increment_exception_refcount(void* object) noexcept {
  if (object != nullptr) ++header_of(object)->owners;
}
void __cxa_decrement_exception_refcount(void* object) noexcept {
  if (object != nullptr) release(header_of(object));
}
void* __cxa_current_primary_exception() noexcept {
  if (caught == nullptr) return nullptr;
  ++caught->owners;
  return caught + 1;
}
void __cxa_rethrow_primary_exception(void* object) {
  if (object == nullptr) return;
  ++header_of(object)->owners;
  throw_again(header_of(object));
}
bool __cxa_uncaught_exception() noexcept {
  return false;
}
unsigned __cxa_uncaught_exceptions() noexcept {
  return 0;
}

// Nearly all counts have 64 bits, but the compiler's library divides all of them as 128 bits, in software.
unsigned __int128 __udivmodti4(unsigned __int128 a, unsigned __int128 b, unsigned __int128* remainder);
unsigned __int128 __udivti3(unsigned __int128 a, unsigned __int128 b) {
  if (((a | b) >> 64) == 0) return static_cast<std::uint64_t>(a) / static_cast<std::uint64_t>(b);
  return __udivmodti4(a, b, nullptr);
}
unsigned __int128 __umodti3(unsigned __int128 a, unsigned __int128 b) {
  if (((a | b) >> 64) == 0) return static_cast<std::uint64_t>(a) % static_cast<std::uint64_t>(b);
  unsigned __int128 remainder = 0;
  __udivmodti4(a, b, &remainder);
  return remainder;
}

// The compiler's own library is built with stack protectors.
std::uintptr_t __stack_chk_guard = 0x5bd1e995U;
[[noreturn]] void __stack_chk_fail() {
  std::abort();
}

}  // extern "C"
