#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/SequenceNumber.h>
#include <ATen/record_function.h>
#include <c10/core/CPUAllocator.h>
#include <torch/types.h>

#include <moetric/account/terms.hpp>

/// What a LibTorch program really multiplies and allocates. Everything here is of one thread.
namespace trainer {

using moetric::count;
using moetric::term;

/// FLOPs of the matrix products that ran, by the account's terms.
struct measured_flops {
  moetric::term_sheet<> forward{};
  moetric::term_sheet<> backward{};
  moetric::term_sheet<> recomputed{};         // in the backward pass, what the forward pass had computed
  count without_term = 0;                     // outside every `term_scope`
  std::vector<std::string> unknown_products;  // operators that multiply, and that nobody here counts
};

namespace detail {

/// The term of every matrix product to come, and where it changed. PyTorch numbers the nodes of the backward graph in
/// the order in which the forward pass makes them: the term in force at a node's number is that of its products, too.
/// The profiler links forward and backward by the same numbers.
struct term_timeline {
  struct change {
    std::uint64_t node;
    int to;
  };
  static constexpr int none = -1;
  std::vector<change> changes{};
  int current = none;
  bool is_measuring = false;

  void enter(int to) {
    current = to;
    if (is_measuring) changes.push_back({at::sequence_number::peek(), to});
  }
  int at_node(std::uint64_t node) const {
    int found = none;
    for (change const& each : changes) {
      if (each.node > node) break;
      found = each.to;
    }
    return found;
  }
};

enum class pass { forward, backward, recomputed };

struct state {
  term_timeline terms{};
  detail::pass pass = pass::forward;
  int depth = 0;  // of products inside products: some backends call one with another
  measured_flops flops{};
};

inline state& now() {
  static thread_local state of_this_thread;
  return of_this_thread;
}

inline bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
  for (std::string_view const each : names)
    if (name == each) return true;
  return false;
}

/// 2·n·k·m of [.., n, k] x [.., k, m].
inline count product_flops(torch::Tensor const& a, torch::Tensor const& b) {
  return count(2) * a.numel() * b.size(-1);
}

}  // namespace detail

/// Names the term of all matrix products in its lifetime, those of their backward pass included.
class term_scope {
 public:
  explicit term_scope(term t) : outer_(detail::now().terms.current) { detail::now().terms.enter(static_cast<int>(t)); }
  ~term_scope() { detail::now().terms.enter(outer_); }
  term_scope(term_scope const&) = delete;
  term_scope& operator=(term_scope const&) = delete;

 private:
  int outer_;
};

/// Marks products of a backward pass that compute something of the forward pass again.
class recompute_scope {
 public:
  recompute_scope() : outer_(std::exchange(detail::now().pass, detail::pass::recomputed)) {}
  ~recompute_scope() { detail::now().pass = outer_; }
  recompute_scope(recompute_scope const&) = delete;
  recompute_scope& operator=(recompute_scope const&) = delete;

 private:
  detail::pass outer_;
};

/// Counts the matrix products that PyTorch's dispatcher runs on this thread: mm, addmm, bmm and baddbmm, to which
/// linear layers, matmul and einsum are broken down. It leaves out what is no matrix product (element-wise operators,
/// softmax, norms, gathers, the optimiser), as accounts do, and would not see products inside one fused operator, such
/// as a flash-attention kernel. Operators that multiply otherwise (mv, dot, convolution, ...) are named, not counted.
class flop_counter {
 public:
  flop_counter()
      : handle_(
            at::addThreadLocalCallback(at::RecordFunctionCallback(begin, end)
                                           .needsInputs(true)
                                           .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}))) {
    detail::now().flops = {};
    detail::now().terms.changes.clear();
    detail::now().terms.is_measuring = true;
  }
  ~flop_counter() {
    detail::now().terms.is_measuring = false;
    at::removeCallback(handle_);
  }
  flop_counter(flop_counter const&) = delete;
  flop_counter& operator=(flop_counter const&) = delete;

  /// What ran so far.
  measured_flops const& flops() const { return detail::now().flops; }

 private:
  /// Of a node of the backward graph or of a product: what to restore when it ends.
  struct context final : at::ObserverContext {
    bool is_product = false;
    int term = 0;
    detail::pass pass{};
  };

  static std::unique_ptr<at::ObserverContext> begin(at::RecordFunction const& op) {
    detail::state& s = detail::now();
    auto before = std::make_unique<context>();
    before->term = s.terms.current;
    before->pass = s.pass;
    if (op.scope() == at::RecordScope::BACKWARD_FUNCTION) {
      s.terms.current = s.terms.at_node(static_cast<std::uint64_t>(op.seqNr()));
      s.pass = detail::pass::backward;
      return before;
    }
    std::string_view const name = op.name();
    bool const has_bias = detail::is_any(name, {"aten::addmm", "aten::baddbmm"});
    if (has_bias || detail::is_any(name, {"aten::mm", "aten::bmm"})) {
      before->is_product = true;
      if (s.depth++ == 0)
        add(s, detail::product_flops(op.inputs()[has_bias].toTensor(), op.inputs()[has_bias + 1].toTensor()));
      return before;
    }
    if (s.depth == 0 && detail::is_any(name, {"aten::mv", "aten::addmv", "aten::dot", "aten::addr", "aten::addbmm",
                                              "aten::convolution", "aten::convolution_backward"}))
      s.flops.unknown_products.emplace_back(name);
    return nullptr;
  }

  static void end(at::RecordFunction const&, at::ObserverContext* of) {
    if (of == nullptr) return;
    auto const& before = static_cast<context const&>(*of);
    detail::state& s = detail::now();
    if (before.is_product) {
      --s.depth;
      return;
    }
    s.terms.current = before.term;
    s.pass = before.pass;
  }

  static void add(detail::state& s, count flops) {
    if (s.terms.current == detail::term_timeline::none) {
      s.flops.without_term += flops;
      return;
    }
    moetric::term_sheet<>& sheet = s.pass == detail::pass::forward    ? s.flops.forward
                                   : s.pass == detail::pass::backward ? s.flops.backward
                                                                      : s.flops.recomputed;
    sheet[static_cast<term>(s.terms.current)] += flops;
  }

  at::CallbackHandle handle_;
};

/// PyTorch's memory on the CPU, counted: bytes of tensors that are alive, and the most since `restart_peak`. Buffers
/// that a BLAS library allocates by itself are not among them.
class counting_allocator final : public at::Allocator {
 public:
  /// Replaces PyTorch's allocator; call it before the first tensor.
  static void install() {
    static counting_allocator all;
    c10::SetCPUAllocator(&all, 255);
  }
  static std::size_t live() { return live_; }
  static std::size_t peak() { return peak_; }
  static void restart_peak() { peak_ = live_; }

  at::DataPtr allocate(std::size_t bytes) const override {
    if (bytes == 0) return {nullptr, nullptr, &release, at::Device(at::DeviceType::CPU)};
    std::size_t const whole = (bytes + 2 * alignment - 1) / alignment * alignment;  // the size stands before the data
    void* const block = std::aligned_alloc(alignment, whole);
    if (block == nullptr) throw std::bad_alloc();
    std::memcpy(block, &bytes, sizeof bytes);
    live_ += bytes;
    peak_ = live_ > peak_ ? live_ : peak_;
    void* const data = static_cast<char*>(block) + alignment;
    return {data, data, &release, at::Device(at::DeviceType::CPU)};
  }
  at::DeleterFnPtr raw_deleter() const override { return &release; }

 private:
  static constexpr std::size_t alignment = 64;

  static void release(void* data) {
    if (data == nullptr) return;
    void* const block = static_cast<char*>(data) - alignment;
    std::size_t bytes;
    std::memcpy(&bytes, block, sizeof bytes);
    live_ -= bytes;
    std::free(block);
  }

  static inline std::size_t live_ = 0;
  static inline std::size_t peak_ = 0;
};

}  // namespace trainer
