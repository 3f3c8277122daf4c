/* The emulated Cortex-M4: reset, randomness, and the C library's output and exit through the debugger. */
#include "random.h"

#include <stdint.h>
#include <stdio.h>

extern uint8_t STACK_TOP[];
extern void initialise_monitor_handles(void);
int main(void);
void reset(void);

static uintptr_t ask(uintptr_t operation, const void *arguments) {
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt #0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void stop(int status) {
    const uint32_t stopped[2] = {0x20026, (uint32_t)status};
    for (;;) {
        ask(0x20, stopped);
    }
}

static void fault(void) {
    stop(99);
}

void reset(void) {
    initialise_monitor_handles();
    const int status = main();
    fflush(NULL);
    stop(status);
}

__attribute__((section(".vectors"), used)) static const struct {
    void *stack;
    void (*handlers[15])(void);
} VECTORS = {STACK_TOP, {reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault}};

/* A board has a generator of true random numbers; the emulated one has none, and counts. */
int random_bytes(uint8_t *bytes, size_t len) {
    size_t i;
    for (i = 0; i < len; i++) {
        bytes[i] = (uint8_t)(i + 1);
    }
    return 0;
}
