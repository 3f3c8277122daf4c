/* A plugin for QEMU that measures what runs between two marks of an image:
 *
 *   -plugin file=trace.so,begin=ADDRESS,end=ADDRESS,low=ADDRESS,high=ADDRESS[,log=FILE]
 *
 * At exit it writes one line to the standard error: how many instructions were executed after the one at `begin` and up
 * to the one at `end`; a hash of their addresses in order; a hash of the addresses, sizes and directions of their loads
 * and stores in order; and how deep the stack went, from `high` down to the lowest address in low..high that was stored
 * to. Into the log go, of each instruction that was executed, its address, how often it was, and a hash of the data
 * addresses it came with: of two runs that differ, the logs tell where.
 *
 * QEMU's interface for plugins, version 1, is declared here, so that none of its headers is needed.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct block;
struct instruction;

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct block *));
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct instruction *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_mem_cb(struct instruction *, void (*)(unsigned, uint32_t, uint64_t, void *), int, int,
                                      void *);
size_t qemu_plugin_tb_n_insns(const struct block *);
struct instruction *qemu_plugin_tb_get_insn(const struct block *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct instruction *);
bool qemu_plugin_mem_is_store(uint32_t);
unsigned qemu_plugin_mem_size_shift(uint32_t);

enum { NO_REGISTERS = 0, LOADS_AND_STORES = 3 };

PUBLIC int qemu_plugin_version = 1;

/* What is known of the instruction at an address. A free slot has no count and no address. */
struct record {
    uint64_t address, count, data;
};

enum { SLOTS = 1 << 16 };
static struct record records[SLOTS];

static uint64_t begin, end, low, high;
static const char *log_name;
static enum { BEFORE, BETWEEN, AFTER } now = BEFORE;
static uint64_t instructions, addresses, data, lowest;

/* Order matters to it, and no step loses information. */
static void mix(uint64_t *hash, uint64_t value)
{
    *hash = (*hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    *hash ^= *hash >> 32;
}

/* The record of an address: QEMU may translate an instruction more than once. Images have fewer than SLOTS. */
static struct record *record_of(uint64_t address)
{
    size_t at = (address >> 1) % SLOTS;
    while (records[at].address != address && records[at].address != 0)
        at = (at + 1) % SLOTS;
    records[at].address = address;
    return &records[at];
}

static void executed(unsigned cpu, void *of)
{
    struct record *record = of;
    (void)cpu;
    if (now == BETWEEN) {
        instructions++;
        record->count++;
        mix(&addresses, record->address);
        if (record->address == end)
            now = AFTER;
    } else if (now == BEFORE && record->address == begin) {
        now = BETWEEN;
    }
}

static void accessed(unsigned cpu, uint32_t how, uint64_t address, void *of)
{
    struct record *record = of;
    bool store = qemu_plugin_mem_is_store(how);
    uint64_t access = address << 3 | (uint64_t)store << 2 | qemu_plugin_mem_size_shift(how);
    (void)cpu;
    if (now != BETWEEN)
        return;
    mix(&data, access);
    mix(&record->data, access);
    if (store && address >= low && address < high && address < lowest)
        lowest = address;
}

static void translated(plugin_id id, struct block *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct instruction *instruction = qemu_plugin_tb_get_insn(block, i);
        struct record *record = record_of(qemu_plugin_insn_vaddr(instruction));
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed, NO_REGISTERS, record);
        qemu_plugin_register_vcpu_mem_cb(instruction, accessed, NO_REGISTERS, LOADS_AND_STORES, record);
    }
}

static void report(plugin_id id, void *unused)
{
    FILE *log = log_name ? fopen(log_name, "w") : NULL;
    (void)id;
    (void)unused;
    for (size_t i = 0; log && i < SLOTS; i++)
        if (records[i].count)
            fprintf(log, "%" PRIx64 " %" PRIu64 " %016" PRIx64 "\n", records[i].address, records[i].count,
                    records[i].data);
    if (log)
        fclose(log);
    fprintf(stderr, "%s %" PRIu64 " %016" PRIx64 " %016" PRIx64 " %" PRIu64 "\n",
            now == AFTER ? "measured" : "unmeasured", instructions, addresses, data, high - lowest);
}

/* The lowest bit of an address of Thumb code is no part of it. */
PUBLIC int qemu_plugin_install(plugin_id id, const void *info, int count, char **arguments)
{
    struct { const char *name; uint64_t *value; } numbers[] = {
        { "begin=", &begin }, { "end=", &end }, { "low=", &low }, { "high=", &high },
    };
    (void)info;
    for (int i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            if (!strncmp(arguments[i], numbers[k].name, strlen(numbers[k].name)))
                *numbers[k].value = strtoull(arguments[i] + strlen(numbers[k].name), NULL, 0) & ~UINT64_C(1);
        if (!strncmp(arguments[i], "log=", 4))
            log_name = strdup(arguments[i] + 4);
    }
    lowest = high;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, report, NULL);
    return 0;
}
